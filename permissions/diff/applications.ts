import { guid } from "../../model/guid";
import type { AccessManifest, ManifestApplication, ManifestPrincipal } from "../manifest/manifest";
import type { Risk } from "../risk-levels";
import type { AccessChange, ChangeSubject } from "./change";
import { plainChange, type SettingRule, settingChange, widerWhenOff, widerWhenOn } from "./plain-change";
import { added, groupedBy } from "./sets";

/** From the narrowest to the widest of Entra's `signInAudience`. */
const audiences = [
  "AzureADMyOrg",
  "AzureADMultipleOrgs",
  "AzureADandPersonalMicrosoftAccount",
  "PersonalMicrosoftAccount",
];
const audienceRisks: Readonly<Record<string, Risk>> = { AzureADMyOrg: "low", AzureADMultipleOrgs: "high" };

const flags: readonly SettingRule<ManifestApplication, boolean>[] = [
  {
    code: "implicit-grant",
    of: ({ hasImplicitAccessTokens }) => hasImplicitAccessTokens,
    isWider: widerWhenOn,
    detail: "access tokens",
    risk: "high",
    because: "access tokens then travel in the address of a page",
  },
  {
    code: "implicit-grant",
    of: ({ hasImplicitIdTokens }) => hasImplicitIdTokens,
    isWider: widerWhenOn,
    detail: "id tokens",
    risk: "medium",
    because: "id tokens then travel in the address of a page",
  },
  {
    code: "public-client",
    of: ({ isPublicClient }) => isPublicClient,
    isWider: widerWhenOn,
    detail: "public client flows",
    risk: "high",
    because: "anyone who knows the client id can then start a sign-in without the client secret",
  },
];

const principalFlags: readonly SettingRule<ManifestPrincipal, boolean>[] = [
  {
    code: "assignment-required",
    of: ({ isAssignmentRequired }) => isAssignmentRequired,
    isWider: widerWhenOff,
    detail: "only assigned users may sign in",
    risk: "high",
    because: "every user of the tenant may then sign in, and its delegated permissions act as that user",
  },
  {
    code: "enabled",
    of: ({ isEnabled }) => isEnabled,
    isWider: widerWhenOn,
    detail: "sign-in with the application",
    risk: "medium",
    because: "an application that was disabled works again",
  },
];

/** Applications, and the settings that decide who can use them. */
export function applicationChanges(base: AccessManifest, head: AccessManifest): AccessChange[] {
  const pairs = groupedBy(base.applications, head.applications, ({ application }) => application);
  return pairs.flatMap(({ key, sides }) => {
    const [before] = sides.before;
    const [after] = sides.after;
    const about = { application: key };
    const whole = before && after ? [] : [appearance(before ?? after, after !== undefined)];
    return [...whole, ...listChanges(about, before, after), ...settings(about, before, after)];
  });
}

/** Who may sign in to an application, or holds one of its roles. */
export function assignmentChanges(base: AccessManifest, head: AccessManifest): AccessChange[] {
  return added(base.assignments, head.assignments).map(({ item, direction }) =>
    plainChange({
      code: "assignment",
      direction,
      subject: {
        application: item.application,
        holder: { kind: "user", name: item.who, id: null },
        detail: item.role === "00000000-0000-0000-0000-000000000000" ? "may sign in" : `role ${item.role}`,
      },
      risk: "medium",
      because: "delegated permissions act as any user who may sign in",
    }),
  );
}

function appearance(application: ManifestApplication | undefined, isAdded: boolean): AccessChange {
  return plainChange({
    code: "application",
    direction: isAdded ? "added" : "removed",
    subject: { application: application?.application ?? null, detail: application?.displayName ?? null },
    risk: "medium",
    because: "a new identity that permissions can be granted to",
  });
}

type Side = ManifestApplication | undefined;
type About = Partial<ChangeSubject>;

function listChanges(about: About, before: Side, after: Side): readonly AccessChange[] {
  return [
    ...ownerChanges(about, "application", before?.owners, after?.owners),
    ...ownerChanges(about, "service principal", before?.principal?.owners, after?.principal?.owners),
    ...added(before?.redirectUris ?? [], after?.redirectUris ?? []).map(({ item, direction }) =>
      plainChange({
        code: "redirect-uri",
        direction,
        subject: { ...about, detail: `${item.platform}: ${item.uri}` },
        ...redirectRisk(item.uri),
      }),
    ),
  ];
}

function ownerChanges(
  about: About,
  of: string,
  before: readonly string[] = [],
  after: readonly string[] = [],
): readonly AccessChange[] {
  return added(before, after).map(({ item, direction }) =>
    plainChange({
      code: "owner",
      direction,
      subject: {
        ...about,
        holder: { kind: "principal", name: item, id: guid.test(item) ? item : null },
        detail: of,
      },
      // The deployer owns what it creates: it could not change it again otherwise.
      risk: item === "deployer" ? "low" : "high",
      because:
        item === "deployer"
          ? "the identity that creates the application must be able to change it"
          : "an owner can add a credential and then act as the application",
    }),
  );
}

const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/i;

function redirectRisk(uri: string): { readonly risk: Risk; readonly because: string } {
  if (loopback.test(uri)) return { risk: "low", because: "the sign-in returns to the machine it started on" };
  return { risk: "high", because: "anyone who controls this address receives the reporting user's sign-ins" };
}

function settings(about: About, before: Side, after: Side): readonly AccessChange[] {
  // A new application is compared with one where everything is closed, so that what it opens is named.
  const [was, is] = [before ?? closed(after), after ?? closed(before)];
  const changes = flags.flatMap((rule) => settingChange(rule, about, was, is));
  if (was.displayName !== is.displayName) {
    const [name, renamed] = [was.displayName, is.displayName];
    changes.push(
      plainChange({
        code: "application-name",
        direction: "changed",
        subject: about,
        before: name,
        after: renamed,
        risk: "low",
        because: "people recognise an application by its name when they consent",
      }),
    );
  }
  return [...changes, ...audienceChange(about, was, is), ...principalChanges(about, before, after)];
}

function principalChanges(about: About, before: Side, after: Side): readonly AccessChange[] {
  const [was, is] = [before?.principal ?? null, after?.principal ?? null];
  const none: ManifestPrincipal = { isEnabled: true, isAssignmentRequired: true, owners: [] };
  const changes = principalFlags.flatMap((rule) => settingChange(rule, about, was ?? none, is ?? none));
  if (before === undefined || after === undefined || (was === null) === (is === null)) return changes;
  const direction = is === null ? "removed" : "added";
  const because = "with a service principal the application can be used in the tenant";
  return [...changes, plainChange({ code: "principal", direction, subject: about, risk: "medium", because })];
}

function audienceChange(about: About, was: ManifestApplication, is: ManifestApplication): readonly AccessChange[] {
  const rule: SettingRule<ManifestApplication, string> = {
    code: "audience",
    of: ({ audience }) => audience,
    isWider: ({ before, after }) => {
      const [from, to] = [audiences.indexOf(before), audiences.indexOf(after)];
      return from < 0 || to < 0 ? undefined : to > from;
    },
    detail: "who may sign in",
    risk: audienceRisks[is.audience] ?? "critical",
    because: "people of other organisations, or with personal accounts, may then sign in",
  };
  return settingChange(rule, about, was, is);
}

/** The tightest an application can be; the name is left, because appearing is no renaming. */
function closed(other: Side): ManifestApplication {
  return {
    application: other?.application ?? "",
    displayName: other?.displayName ?? "",
    audience: "AzureADMyOrg",
    redirectUris: [],
    owners: [],
    hasImplicitAccessTokens: false,
    hasImplicitIdTokens: false,
    isPublicClient: false,
    principal: null,
  };
}
