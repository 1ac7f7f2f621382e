import { findApi } from "../catalog";
import { types } from "../manifest/resource-types";
import { terminalName } from "../report/escape";
import type { Risk } from "../risk-levels";
import type { DriftFinding } from "./finding";
import type { LiveApplication, LiveCredential, LiveDeployment, LivePrincipal } from "./live";

/** What a manifest has no place for, because this project never makes it: other credentials, roles, an API switched off. */
export function besideTheManifest(live: LiveDeployment): readonly DriftFinding[] {
  const { application, extraApplications, principal, apis, usedVaults } = live;
  return [
    ...(application === null ? [applicationGone] : besideApplication(application)),
    ...extraApplications.map(extraFinding),
    ...(principal === null ? [] : besidePrincipal(principal)),
    ...apis.flatMap(apiFindings),
    ...usedVaults.flatMap(vaultFindings),
  ];
}

const applicationGone: DriftFinding = {
  kind: "missing",
  code: "application",
  message: "the application named by the vault's entry is not in the tenant",
  risk: "high",
  reasons: ["it can no longer get a token, and its grants may be gone with it"],
  touches: [{ type: types.application, nameEndsWith: null }],
};

function besideApplication({ credentials, trusts, offers }: LiveApplication): readonly DriftFinding[] {
  const current = credentials.some(({ kind }) => kind === "current");
  return [
    ...(current ? [] : [currentGone]),
    ...credentials.flatMap(credentialFinding),
    ...trusts.map(({ kind, name }) =>
      undeclared("trust", `the application has a ${kind} ${terminalName(name)}`, "critical", [
        "anyone who has it can act as the application, and rotation does not revoke it",
      ]),
    ),
    ...offers.map((offer) =>
      undeclared("offer", `the application offers ${terminalName(offer)} to other applications`, "medium", [
        "other applications may then call it, or act through it",
      ]),
    ),
  ];
}

function extraFinding({ objectId, isUsed }: LiveDeployment["extraApplications"][number]): DriftFinding {
  const message = `another application names this deployment in its notes, object id ${terminalName(objectId)}`;
  return isUsed
    ? undeclared("extra-application", `${message}, and has a service principal or a credential`, "high", [
        "it may be used in this deployment's name; no run of this project leaves such an application",
      ])
    : undeclared("extra-application", message, "medium", [
        "a killed run of this project left it; `recover` removes it",
      ]);
}

const currentGone: DriftFinding = {
  kind: "missing",
  code: "credential",
  message: "the client secret that the vault publishes is not on the application",
  risk: "high",
  reasons: ["a consumer that reads it from the vault gets no token"],
  touches: [],
};

function credentialFinding({ kind, keyId, name, expires }: LiveCredential): readonly DriftFinding[] {
  if (kind !== "foreign" && kind !== "orphan") return [];
  const called = name === null ? "without a name" : `called ${terminalName(name)}`;
  const message = `the application has a client secret ${keyId} ${called}, valid until ${expires}`;
  return kind === "foreign"
    ? [
        undeclared("credential", message, "critical", [
          "it was not created by this project, and its owner can act as the application",
        ]),
      ]
    : [
        undeclared("credential", message, "high", [
          "an interrupted run of this project left it; `credentials` removes it",
        ]),
      ];
}

function besidePrincipal({ trusts, memberships }: LivePrincipal): readonly DriftFinding[] {
  return [
    ...trusts.map((trust) =>
      undeclared("trust", `the service principal itself has a ${terminalName(trust)}`, "critical", [
        "it works like a credential of the application, but no page of the app registration shows it",
      ]),
    ),
    ...memberships.map((membership) =>
      undeclared("membership", `the application is a member of ${terminalName(membership)}`, "critical", [
        "it has every right that this membership gives, in addition to its permissions",
      ]),
    ),
  ];
}

function apiFindings({ clientId, isEnabled }: LiveDeployment["apis"][number]): readonly DriftFinding[] {
  if (isEnabled === true) return [];
  const api = findApi(clientId)?.name ?? clientId;
  const [kind, state] =
    isEnabled === null ? (["missing", "not in the tenant"] as const) : (["changed", "disabled"] as const);
  const message = `the service principal of ${terminalName(api)} (${clientId}) is ${state}`;
  return [{ kind, code: "api", message, risk: "medium", reasons: ["tokens for it cannot be used"], touches: [] }];
}

function vaultFindings({ vault, isRoleBased }: LiveDeployment["usedVaults"][number]): readonly DriftFinding[] {
  if (isRoleBased === true) return [];
  const isGone = isRoleBased === null;
  return [
    {
      kind: isGone ? "missing" : "changed",
      code: isGone ? "vault" : "vault-setting",
      message: `the vault ${terminalName(vault)} ${isGone ? "is not there" : "uses access policies, not Azure roles"}`,
      risk: "high",
      reasons: [isGone ? "consumers cannot get a credential from it" : "the declared readers then have no effect"],
      touches: [],
    },
  ];
}

function undeclared(code: string, message: string, risk: Risk, reasons: readonly string[]): DriftFinding {
  return { kind: "undeclared", code, message, risk, reasons, touches: [] };
}
