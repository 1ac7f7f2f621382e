import { defaultDisplayName, defaultPrefix, defaultRedirectUri } from "../../configuration/defaults";
import { quotedText } from "../../configuration/yaml-source";
import { commandLine } from "../../model/command-line";

/** What a new stack file is written from; every value as a person gave it. */
export interface StackDraft {
  /** The name of the project, with which every key begins. */
  readonly project: string;
  readonly alias: string;
  readonly tenantId: string;
  readonly domain: string;
  readonly user: string;
  /** Who assigns the user to the application; left out: an administrator, by hand. */
  readonly assignedBy: string | undefined;
  readonly vaultTenantId: string | undefined;
  readonly subscriptionId: string;
  /** Left out for a solo stack. */
  readonly vaultClientId: string | undefined;
  readonly resourceGroup: string;
  readonly vaultName: string;
  readonly vaultMode: string;
}

/** The questions in the order of the file: option, what is asked, and where the answer is found. */
export const questions = [
  { key: "domain", ask: "Primary domain of the partner's tenant", hint: "Entra admin center, Overview, in lower case" },
  { key: "tenantId", ask: "Its tenant id", hint: "the same page" },
  { key: "user", ask: "Who signs in (user principal name)", hint: "has the role Executive Report Viewer" },
  {
    key: "vaultTenantId",
    ask: "Tenant of the vault's subscription",
    hint: "empty: the partner tenant",
    isOptional: true,
  },
  { key: "subscriptionId", ask: "Subscription of the vault", hint: "az account list --output table" },
  {
    key: "vaultClientId",
    ask: "Client id of the application that writes the vault",
    hint: 'az ad app create --display-name "partner-access vault" --query appId',
  },
  { key: "resourceGroup", ask: "Resource group of the vault", hint: "it must exist" },
  { key: "vaultName", ask: "Name of the vault", hint: "the name, not the address" },
  { key: "vaultMode", ask: "Vault: existing, create or recover", hint: "empty: existing", isOptional: true },
] as const;

/** A YAML scalar that means this text and nothing else. */
function scalar(text: string): string {
  return /^[A-Za-z][A-Za-z0-9.@_-]*$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : quotedText(text);
}

/** A commented stack file. Keys with a good default are comments in it, so that a reader sees them and a diff shows a change. */
export function renderStackFile(draft: StackDraft): string {
  return [...partnerLines(draft), ...permissionLines(draft), ...vaultLines(draft)].join("\n");
}

const key = ({ project }: StackDraft, name: string) => `  ${project}:${name}:`;

function partnerLines(draft: StackDraft): readonly string[] {
  const { alias } = draft;
  return [
    `# What may call Microsoft's Partner APIs for ${oneLine(draft.domain)}, and where its credentials are kept. Nothing here is secret.`,
    "config:",
    key(draft, "tenant"),
    `    id: ${scalar(draft.tenantId)}`,
    `    domain: ${scalar(draft.domain)}`,
    "    # Names the application and the vault's entries; changing it later breaks their readers.",
    `    alias: ${scalar(alias)}`,
    "",
    ...(draft.vaultClientId === undefined ? soloLines(draft) : ownerLines(draft)),
    `  #   displayName: ${defaultDisplayName(alias)}`,
    `  #   redirectUri: ${defaultRedirectUri}`,
    "",
  ];
}

function ownerLines(draft: StackDraft): readonly string[] {
  return [
    "  # Both identities that run this stack own the application. The administrator's script prints their object ids:",
    `  #   ${commandLine("deployer", "-s", draft.alias, "--github", "OWNER/REPO")}`,
    "  # Without it, only the identity that runs the first update owns it.",
    `  # ${key(draft, "application").trim()}`,
    "  #   owners:",
    "  #     - <object id of the deployer>",
    "  #     - <object id of the rotator>",
  ];
}

function soloLines(draft: StackDraft): readonly string[] {
  return [
    "  # One person runs this stack with the Azure CLI's sign-in, owns the application and writes the vault. No pipeline may.",
    `${key(draft, "solo")} true`,
    "",
    `  # ${key(draft, "application").trim()}`,
  ];
}

function permissionLines(draft: StackDraft): readonly string[] {
  return [
    "  # Anything beyond sign-in and the Partner APIs needs an entry in access-policy.yaml first.",
    key(draft, "permissions"),
    "    - api: Microsoft Partner Center",
    "      delegated: [user_impersonation]",
    "      reason: The Partner Insights reports are read as the reporting user.",
    "    - api: Microsoft Graph",
    "      delegated: [openid, profile, offline_access]",
    "      reason: The reporting user signs in once, and the sign-in lasts.",
    "",
    "  # Only the reporting user: nobody else in the tenant can use the application.",
    key(draft, "consent"),
    "    kind: user",
    "",
    ...(draft.assignedBy === undefined
      ? ["  # Signs in once with MFA. An administrator assigns this user to the application after the first update."]
      : ["  # Signs in once with MFA."]),
    key(draft, "reportingUser"),
    `    userPrincipalName: ${scalar(draft.user)}`,
    ...(draft.assignedBy === undefined ? [] : [`    assignedBy: ${scalar(draft.assignedBy)}`]),
    "",
  ];
}

function vaultLines(draft: StackDraft): readonly string[] {
  const { alias, vaultTenantId, vaultMode } = draft;
  return [
    key(draft, "vault"),
    ...(vaultTenantId === undefined
      ? ["    # tenantId: another tenant than the partner's, where the vault's subscription belongs to one."]
      : [`    tenantId: ${scalar(vaultTenantId)}`]),
    `    subscriptionId: ${scalar(draft.subscriptionId)}`,
    ...(draft.vaultClientId === undefined
      ? []
      : [
          "    # The identity that writes the entries: the client id of an application in the vault's tenant.",
          `    clientId: ${scalar(draft.vaultClientId)}`,
        ]),
    `    resourceGroup: ${scalar(draft.resourceGroup)}`,
    `    name: ${scalar(draft.vaultName)}`,
    `    mode: ${scalar(vaultMode)}`,
    `    # prefix: ${defaultPrefix(alias)}`,
    "    # Who may read client id and secret, by object id; each needs an entry in access-policy.yaml.",
    "    readers: []",
    "    # Who may read the refresh token: a user's power with MFA for 90 days. A list of its own.",
    "    refreshTokenReaders: []",
    "",
    "  # A secret serves 90 days; the one before it stays valid for 7 more.",
    key(draft, "rotation"),
    "    everyDays: 90",
    "    overlapDays: 7",
    "    lifetimeDays: 180",
    "",
  ];
}

/** A line break would end the comment, and the file would be refused for characters that no reviewer can see. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Z}]+/gu, " ");
}
