import { z } from "zod";
import { caselessField, choiceField, daysField, guidField, patternField, textField, yesNoField } from "./fields";

const tenant = z.strictObject({
  id: guidField("copy the tenant id from the Entra admin center, Overview"),
  domain: patternField(/^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/, {
    wrong: "is not a domain name",
    allowed: "a domain in lower case, such as contoso.example",
    fix: "copy the primary domain from the Entra admin center, Overview",
  }),
  alias: patternField(/^(?=.{2,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, {
    wrong: "is not a usable alias",
    allowed: "2 to 32 lower-case letters, digits and single dashes, beginning with a letter",
    fix: "choose a short name of the partner: vault entries and the application are named after it",
  }),
  cloud: choiceField(["public", "usgovernment", "china"], "leave it out for the public cloud").default("public"),
  experimental: yesNoField("write experimental: true only to try a national cloud").default(false),
});

const application = z.strictObject({
  displayName: textField(120, "leave it out to name the application after the alias").optional(),
  owners: z.array(guidField("write object ids of service principals of the partner tenant, not client ids")).optional(),
  redirectUri: textField(256, "leave it out for http://localhost:8400/").optional(),
});

const permissionName = () => textField(120, "write the permission's name as in Microsoft's reference");

/** One entry of the list `permissions`. */
const permissionEntry = z.strictObject({
  api: textField(120, "write the API's name in the catalog, or its client id"),
  delegated: z.array(permissionName()).default([]),
  application: z.array(permissionName()).default([]),
  reason: textField(300, "say in a sentence what it is needed for; reviewers read it"),
});

const consent = z.strictObject({
  kind: choiceField(["user", "tenant"], "write user unless everyone in the tenant must be able to use the application"),
  reason: textField(300, "say in a sentence why everyone in the tenant needs it").optional(),
});

const reportingUser = z.strictObject({
  userPrincipalName: caselessField(
    /^(?=.{3,113}$)[^\s@\p{Cc}\p{Cf}"<>,;:\\/()[\]]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/iu,
    {
      wrong: "is not a user principal name",
      allowed: "name@domain, at most 113 characters",
      fix: "copy the user principal name from the user's page in the Entra admin center",
    },
  ),
  assignedBy: choiceField(
    ["admin", "deployer"],
    "write admin, and let an administrator assign the user once; deployer needs a right that leads to full control",
  ).default("admin"),
});

/** One principal that may read an entry of the vault. */
const reader = z.strictObject({
  name: textField(120, "write the name the principal has in Entra"),
  id: guidField("copy the object id of the service principal, user or group in the vault's tenant, not a client id"),
  type: choiceField(["ServicePrincipal", "User", "Group"], "write what the object id belongs to"),
});

const vault = z.strictObject({
  tenantId: guidField("copy the id of the tenant the subscription trusts").optional(),
  subscriptionId: guidField("copy the subscription's id from the Azure portal"),
  clientId: guidField("copy the client id of the identity that writes the vault"),
  resourceGroup: caselessField(/^(?=.{1,90}$)[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u, {
    wrong: "is not a name of a resource group",
    allowed: "1 to 90 letters, digits, underscores, dashes, dots and parentheses, not ending in a dot",
    fix: "name a resource group that exists; it is never created here",
  }),
  name: caselessField(/^(?=.{3,24}$)[a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*$/, {
    wrong: "is not a name of a vault",
    allowed: "3 to 24 letters, digits and single dashes, beginning with a letter",
    fix: "write the vault's name, not its address",
  }),
  location: patternField(/^[a-z][a-z0-9]{2,39}$/, {
    wrong: "is not a location",
    allowed: "a location's short name, such as westeurope",
    fix: "write it in lower case without blanks, or leave it out for the resource group's",
  }).optional(),
  mode: choiceField(
    ["existing", "create", "recover"],
    "write existing for a vault that is there, create for a new one, recover for one that was soft-deleted",
  ).default("existing"),
  prefix: caselessField(/^(?:[a-zA-Z][a-zA-Z0-9-]*)?$/, {
    wrong: "is not a usable prefix",
    allowed: "letters, digits and dashes, beginning with a letter",
    fix: "leave it out for partner-insights-<alias>-",
  }).optional(),
  readers: z.array(reader).default([]),
  refreshTokenReaders: z.array(reader).default([]),
});

const rotation = z.strictObject({
  everyDays: daysField(1, 365, "write how many days a secret serves before the next one takes over").default(90),
  overlapDays: daysField(2, 365, "give readers at least two days to fetch the new secret").default(7),
  lifetimeDays: daysField(2, 730, "write at least twice everyDays; Microsoft advises less than a year").default(180),
  request: textField(200, "write any new text, such as a ticket's number, to ask for one rotation").optional(),
  compromised: yesNoField("write true only together with a request").default(false),
});

const migrate = textField(300, "say why, or leave it out: readers of the old vault entries break");

/** The keys of a stack file, each with its schema. `Pulumi.yaml` declares the same ones. */
export const sectionSchemas = {
  tenant,
  application,
  permissions: z.array(permissionEntry),
  consent,
  reportingUser,
  vault,
  rotation,
  migrate,
} as const;

/** The name of one key of a stack file. */
export type SectionName = keyof typeof sectionSchemas;

const allowedPermission = z.strictObject({
  api: textField(120, "write the API's name in the catalog, or its client id"),
  kind: choiceField(["delegated", "application"], "write how the permission acts: for a user, or without one"),
  permission: permissionName(),
  reason: textField(300, "say in a sentence why it may be granted"),
});

const allowedReader = z.strictObject({
  principalId: guidField("copy the object id of the principal in the vault's tenant"),
  name: textField(120, "write the principal's name, for people").optional(),
  mayReadRefreshTokens: yesNoField("write true only for what renews sign-ins").default(false),
  reason: textField(300, "say in a sentence why it may read"),
});

const knownWriter = z.strictObject({
  principalId: guidField("copy the object id of the principal in the vault's tenant"),
  name: textField(120, "write the principal's name, for people").optional(),
  vault: textField(24, "write the name of a vault that a stack creates, and that it may write").optional(),
  reason: textField(300, "say in a sentence why the vault's owner gave it roles on entries"),
});

/** The content of `access-policy.yaml`. */
export const policySchema = z.strictObject({
  permissions: z.array(allowedPermission).default([]),
  readers: z.array(allowedReader).default([]),
  writers: z.array(knownWriter).default([]),
});
