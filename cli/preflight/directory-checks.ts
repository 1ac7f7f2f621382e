import type { Json, Look } from "../../clients/entra/looker";
import { otherTenantSentence } from "../../clients/entra/other-tenant";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { commandLine, counted } from "../../model/command-line";
import type { GraphRight } from "../onboard/rights";
import { type Check, cannotTell, failed, judged, ok, type Subject, warning, yours } from "./check";
import { mayManageApplications, personChecks } from "./person-checks";

/** Who runs this, as the own token says it. */
interface Caller {
  readonly tenantId: string;
  readonly objectId: string;
  readonly clientId: string;
  /** Application permissions; empty for a person, whose token has none. */
  readonly permissions: readonly string[];
  readonly isPerson: boolean;
  /** Template ids of a person's directory roles; empty for an application. */
  readonly directoryRoles: readonly string[];
}

/** The caller, or why the variables of the environment give none here. */
export type CallerLook = Look<Caller> | { readonly kind: "settings"; readonly reason: string };

/** What was seen in the partner tenant's directory. */
export interface DirectoryFacts {
  readonly caller: CallerLook;
  readonly named: Look<string>;
  readonly apis: readonly { readonly name: string; readonly clientId: string; readonly look: Look<Json> }[];
  /** Applications with the stack's display name, and deleted ones. */
  readonly sameName: Look<readonly string[]>;
  readonly deletedSameName: Look<readonly string[]>;
  readonly user: Look<{ readonly isEnabled: boolean }> | undefined;
}

const administrator = "tenant-administrator" as const;
const script = (stack: string) =>
  `Run the script that this command prints: ${commandLine("deployer", "-s", stack, "--github", "OWNER/REPO", "--for", "administrator")}`;

/** A right that another one includes. Source: Microsoft Graph's permissions reference, per call. */
const includedIn: Readonly<Record<string, readonly string[]>> = {
  "Application.ReadWrite.OwnedBy": ["Application.ReadWrite.All"],
  "Application.Read.All": ["Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  "DelegatedPermissionGrant.ReadWrite.All": ["Directory.ReadWrite.All"],
  "User.Read.All": ["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
};
const holds = (permissions: readonly string[], wanted: string) =>
  [wanted, ...(includedIn[wanted] ?? [])].some((permission) => permissions.includes(permission));

/** The domain's public document is Microsoft's word on which tenant it belongs to. */
export function tenantCheck({ tenant }: StackConfiguration, named: Look<string>): Check {
  const subject: Subject = { name: "tenant", who: "you" };
  return judged(subject, named, "nothing", (id) =>
    id === tenant.id
      ? ok(subject, `${tenant.domain} is tenant ${tenant.id}`)
      : failed(
          subject,
          `${tenant.domain} belongs to ${id ?? "no tenant"}, tenant.id is ${tenant.id}`,
          "Correct one of the two in the stack's file.",
        ),
  );
}

/** What one of the two identities needs, and what it must not hold: this tells them apart. */
export interface NeededRights {
  readonly identity: GraphRight["identity"];
  readonly rights: readonly GraphRight[];
  readonly forbidden: readonly string[];
}

export function neededRights(all: readonly GraphRight[], identity: GraphRight["identity"]): NeededRights {
  const rights = all.filter((right) => right.identity === identity);
  const others = all.map(({ permission }) => permission);
  // The deployer may do everything that a rotation does.
  const forbidden =
    identity === "deployer"
      ? []
      : others.filter((permission) => !rights.some((right) => right.permission === permission));
  return { identity, rights, forbidden };
}

/** Whether the identity is in the right tenant and holds what it needs, by its own token. */
export function rightsChecks(
  configuration: StackConfiguration,
  { rights, forbidden, identity }: NeededRights,
  caller: CallerLook,
): readonly Check[] {
  const { stack, tenant, application, solo } = configuration;
  const signIn: Subject = { name: "sign-in", who: administrator };
  const held: Subject = { name: "rights", who: administrator };
  if (caller.kind !== "seen") return notSignedIn(configuration, caller);
  const { tenantId, permissions, isPerson, clientId, objectId } = caller.value;
  if (tenantId !== tenant.id) {
    const sentence = otherTenantSentence(`tenant ${tenantId}`, tenant.id);
    return [
      failed(yours(signIn), sentence, "Set the variables, and run this again."),
      cannotTell(held, "signed in elsewhere"),
    ];
  }
  if (solo)
    return [ok(signIn, `signed in to ${tenant.domain} as a person`), ...personChecks(configuration, caller.value)];
  if (isPerson) {
    const reason = "signed in as a person: a person's token does not show what the deployer may do";
    return [
      ok(signIn, `signed in to ${tenant.domain}`),
      cannotTell(yours(held), reason, "Run it with the pipeline's identity."),
    ];
  }
  const tooMuch = forbidden.filter((permission) => permissions.includes(permission));
  const missing = rights.filter(({ permission }) => !holds(permissions, permission));
  const names = (list: readonly GraphRight[]) => list.map(({ permission }) => permission).join(", ");
  const needed = missing.filter(({ isOptional }) => !isOptional);
  return [
    tooMuch.length > 0
      ? failed(
          yours(signIn),
          `signed in to ${tenant.domain} as ${clientId}, which is not the ${identity}: that must not hold ${tooMuch.join(", ")}`,
          `Set ARM_CLIENT_ID and its proof to the ${identity}'s, or have the administrator take these permissions from it.`,
        )
      : ok(signIn, `signed in to ${tenant.domain} as ${clientId}`),
    needed.length > 0
      ? failed(held, `the identity lacks ${names(needed)}`, script(stack))
      : missing.length > 0
        ? warning(held, `the identity lacks ${names(missing)}, so a run cannot read it`, script(stack))
        : ok(held, `the identity holds ${names(rights)}`),
    ownersCheck(stack, application.owners, objectId),
  ];
}

function notSignedIn(
  { stack, tenant, solo }: StackConfiguration,
  caller: Exclude<CallerLook, { readonly kind: "seen" }>,
): readonly Check[] {
  const signIn: Subject = { name: "sign-in", who: administrator };
  const held: Subject = { name: "rights", who: administrator };
  const login = `az login --tenant ${tenant.id} --allow-no-subscriptions`;
  if (caller.kind === "settings") {
    return [
      failed(yours(signIn), caller.reason, solo ? login : "Set the variables, and run this again."),
      cannotTell(held, "not signed in"),
    ];
  }
  const reason = caller.kind === "failed" ? caller.reason : "no sign-in";
  return [
    solo
      ? failed(yours(signIn), `nobody is signed in to ${tenant.domain}: ${reason}`, login)
      : failed(signIn, `nobody can sign in to ${tenant.domain}: ${reason}`, script(stack)),
    cannotTell(held, "not signed in"),
  ];
}

function ownersCheck(stack: string, owners: readonly string[] | undefined, objectId: string): Check {
  const subject: Subject = { name: "owners", who: "you" };
  const fix = `Write the object ids that the administrator's script prints into application.owners of Pulumi.${stack}.yaml.`;
  if (owners === undefined) {
    return warning(
      subject,
      "only the identity that runs the first update will own the application, so the rotator could not rotate",
      fix,
    );
  }
  return owners.includes(objectId)
    ? ok(subject, `this identity is one of ${counted(owners.length, "owner")}`)
    : failed(subject, `application.owners does not name this identity (${objectId}), which would lock itself out`, fix);
}

/** The APIs' principals: with rights on owned objects only, just an administrator can create them. */
export function apiChecks({ stack }: StackConfiguration, { apis, caller }: DirectoryFacts): readonly Check[] {
  const mayMake =
    caller.kind === "seen" &&
    (caller.value.permissions.includes("Application.ReadWrite.All") || mayManageApplications(caller.value));
  return apis.map(({ name, look }) => {
    const subject: Subject = { name: `api ${name}`, who: administrator };
    return judged(subject, look, "Application.ReadWrite.OwnedBy", (principal) => {
      if (principal === undefined) {
        return mayMake
          ? ok(subject, `${name} has no service principal yet; the first update creates it`)
          : failed(subject, `${name} has no service principal in the tenant`, script(stack));
      }
      return principal["accountEnabled"] === false
        ? failed(
            subject,
            `the service principal of ${name} is disabled`,
            "Enable it in Entra, Enterprise applications.",
          )
        : ok(subject, `${name} is there`);
    });
  });
}

/** Names that would be taken twice, or by something deleted. Entra allows it; people then mend the wrong one. */
export function nameCheck(
  { application }: StackConfiguration,
  { sameName, deletedSameName }: DirectoryFacts,
  ourClientId: string | undefined,
): Check {
  const subject: Subject = { name: "application-name", who: administrator };
  return judged(subject, sameName, "Application.ReadWrite.OwnedBy", (found = []) => {
    const others = found.filter((clientId) => clientId !== ourClientId);
    if (others.length > 0) {
      const detail = `another application is named ${application.displayName}: ${others.join(", ")}`;
      return warning(yours(subject), detail, "Choose another application.displayName, or remove that application.");
    }
    return judged(subject, deletedSameName, "Application.ReadWrite.OwnedBy", (deleted = []) =>
      deleted.length === 0
        ? ok(subject, "no other application has the name")
        : warning(
            subject,
            `a deleted application was named ${application.displayName}: ${deleted.join(", ")}`,
            "If it was this stack's, restore it within 30 days; otherwise nothing needs to be done.",
          ),
    );
  });
}

/** Whether the reporting user is there and may sign in. */
export function userCheck({ reportingUser }: StackConfiguration, { user }: DirectoryFacts): readonly Check[] {
  if (reportingUser === undefined || user === undefined) return [];
  const subject: Subject = { name: "reporting-user", who: administrator };
  const { userPrincipalName } = reportingUser;
  return [
    judged(subject, user, "User.Read.All", (seen) => {
      if (seen === undefined) {
        return failed(
          yours(subject),
          `the tenant has no user ${userPrincipalName}`,
          "Correct reportingUser in the stack's file, or have an administrator create the user.",
        );
      }
      return seen.isEnabled
        ? ok(subject, `${userPrincipalName} is there`)
        : failed(subject, `${userPrincipalName} is blocked`, "Enable the account in Entra.");
    }),
  ];
}
