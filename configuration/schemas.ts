import { z } from "zod";
import { caselessField, choiceField, daysField, guidField, patternField, textField, yesNoField } from "./fields";

const tenant = z.strictObject({
  id: guidField("copy the tenant id from the Entra admin center, Overview").describe("the partner tenant"),
  domain: patternField(/^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/, {
    wrong: "is not a domain name",
    allowed: "a domain in lower case, such as contoso.example",
    fix: "copy the primary domain from the Entra admin center, Overview",
  }).describe("its primary domain; it must belong to that tenant, or nothing is written"),
  alias: patternField(/^(?=.{2,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, {
    wrong: "is not a usable alias",
    allowed: "2 to 32 lower-case letters, digits and single dashes, beginning with a letter",
    fix: "choose a short name of the partner: vault entries and the application are named after it",
  }).describe("a short name; the application and the vault entries are named after it"),
  cloud: choiceField(["public", "usgovernment", "china"], "leave it out for the public cloud")
    .default("public")
    .describe("`usgovernment` and `china` only with `experimental`"),
  experimental: yesNoField("write experimental: true only to try a national cloud")
    .default(false)
    .describe("accepts that Insights is untested in a national cloud"),
});

const application = z.strictObject({
  displayName: textField(120, "leave it out to name the application after the alias")
    .optional()
    .meta({ description: "the application's name in the tenant", whenLeftOut: "`Partner Insights access (ALIAS)`" }),
  owners: z
    .array(guidField("write object ids of service principals of the partner tenant, not client ids"))
    .optional()
    .meta({ description: "object ids of deployer and rotator", whenLeftOut: "the deployer of the first update" }),
  redirectUri: textField(256, "leave it out for http://localhost:8400/").optional().meta({
    description: "where a sign-in returns to",
    whenLeftOut: "`http://localhost:8400/`, with a reporting user",
  }),
});

const permissionName = () => textField(120, "write the permission's name as in Microsoft's reference");

/** One entry of the list `permissions`. */
const permissionEntry = z.strictObject({
  api: textField(120, "write the API's name in the catalog, or its client id").describe(
    "an API, by its name in the catalog or its client id",
  ),
  delegated: z.array(permissionName()).default([]).describe("what the application may do as the reporting user"),
  application: z.array(permissionName()).default([]).describe("what it may do without a user"),
  reason: textField(300, "say in a sentence what it is needed for; reviewers read it").describe(
    "one sentence for reviewers",
  ),
});

const consent = z.strictObject({
  kind: choiceField(
    ["user", "tenant"],
    "write user unless everyone in the tenant must be able to use the application",
  ).meta({
    description: "who delegated permissions apply to: the reporting user only, or everyone in the tenant",
    whenLeftOut: "`user`",
  }),
  reason: textField(300, "say in a sentence why everyone in the tenant needs it")
    .optional()
    .meta({ description: "why everyone needs it", whenLeftOut: "required with `tenant`" }),
});

const reportingUser = z.strictObject({
  userPrincipalName: caselessField(
    /^(?=.{3,113}$)[^\s@\p{Cc}\p{Cf}"<>,;:\\/()[\]]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/iu,
    {
      wrong: "is not a user principal name",
      allowed: "name@domain, at most 113 characters",
      fix: "copy the user principal name from the user's page in the Entra admin center",
    },
  ).meta({ description: "who signs in", whenLeftOut: "required with delegated permissions" }),
  assignedBy: choiceField(
    ["admin", "deployer"],
    "write admin, and let an administrator assign the user once; deployer needs a right that leads to full control",
  )
    .default("admin")
    .describe(
      "who assigns the user: an administrator by hand, once, or the deployer, which needs a right that leads to full control",
    ),
});

/** One principal that may read an entry of the vault. */
const reader = z.strictObject({
  name: textField(120, "write the name the principal has in Entra").describe(
    "its name in Entra. To rename one, remove it, apply, add it again: Azure refuses the same assignment twice",
  ),
  id: guidField(
    "copy the object id of the service principal, user or group in the vault's tenant, not a client id",
  ).describe("its object id in the vault's tenant"),
  type: choiceField(["ServicePrincipal", "User", "Group"], "write what the object id belongs to").describe(
    "what it is",
  ),
});

const vault = z.strictObject({
  tenantId: guidField("copy the id of the tenant the subscription trusts")
    .optional()
    .meta({ description: "the tenant that the vault's subscription trusts", whenLeftOut: "the partner tenant" }),
  subscriptionId: guidField("copy the subscription's id from the Azure portal").describe("the vault's subscription"),
  clientId: guidField("copy the client id of the identity that writes the vault").optional().meta({
    description: "the identity that writes the vault",
    whenLeftOut: "required; with `solo` it must be left out",
  }),
  resourceGroup: caselessField(/^(?=.{1,90}$)[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u, {
    wrong: "is not a name of a resource group",
    allowed: "1 to 90 letters, digits, underscores, dashes, dots and parentheses, not ending in a dot",
    fix: "name a resource group that exists; it is never created here",
  }).describe("must exist; never created and never deleted"),
  name: caselessField(/^(?=.{3,24}$)[a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*$/, {
    wrong: "is not a name of a vault",
    allowed: "3 to 24 letters, digits and single dashes, beginning with a letter",
    fix: "write the vault's name, not its address",
  }).describe("the vault's name"),
  location: patternField(/^[a-z][a-z0-9]{2,39}$/, {
    wrong: "is not a location",
    allowed: "a location's short name, such as westeurope",
    fix: "write it in lower case without blanks, or leave it out for the resource group's",
  })
    .optional()
    .meta({ description: "only with `create` and `recover`", whenLeftOut: "that of the resource group" }),
  mode: choiceField(
    ["existing", "create", "recover"],
    "write existing for a vault that is there, create for a new one, recover for one that was soft-deleted",
  )
    .default("existing")
    .describe("use a vault, create one, or recover one that was soft-deleted"),
  prefix: caselessField(/^(?:[a-zA-Z][a-zA-Z0-9-]*)?$/, {
    wrong: "is not a usable prefix",
    allowed: "letters, digits and dashes, beginning with a letter",
    fix: "leave it out for partner-insights-<alias>-",
  })
    .optional()
    .meta({ description: "what the entries' names begin with", whenLeftOut: "`partner-insights-ALIAS-`" }),
  readers: z.array(reader).default([]).describe("who may read client id and client secret"),
  refreshTokenReaders: z.array(reader).default([]).describe("who may read the refresh token"),
});

const rotation = z.strictObject({
  everyDays: daysField(1, 365, "write how many days a secret serves before the next one takes over")
    .default(90)
    .describe("days until the next secret takes over; each tenant 0 to 10 % earlier, so that not all fall on one day"),
  overlapDays: daysField(2, 365, "give readers at least two days to fetch the new secret")
    .default(7)
    .describe("days for which the previous secret stays valid; at most `everyDays`"),
  lifetimeDays: daysField(2, 730, "write at least twice everyDays; Microsoft advises less than a year")
    .default(180)
    .describe("days a secret lives; at least twice `everyDays`"),
  request: textField(200, "write any new text, such as a ticket's number, to ask for one rotation")
    .optional()
    .meta({ description: "a new text here causes one rotation, once", whenLeftOut: "none" }),
  compromised: yesNoField("write true only together with a request")
    .default(false)
    .describe("with a request: the previous secret is removed in the same run"),
});

const migrate = textField(300, "say why, or leave it out: readers of the old vault entries break").meta({
  description:
    "for one update: why tenant, vault or prefix differ from what was deployed, or why a purged entry is written again. Within a " +
    "tenant the same secret is published; readers of the old entries break, and the user signs in once more",
  whenLeftOut: "none",
});

const solo = yesNoField("write true only if one person administers both tenants and there is no pipeline")
  .default(false)
  .describe(
    "whether one person runs this stack with the Azure CLI's sign-in, and no pipeline does; the person owns the application and writes the vault",
  );

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
  solo,
} as const;

/** The name of one key of a stack file. */
export type SectionName = keyof typeof sectionSchemas;

const allowedPermission = z.strictObject({
  api: textField(120, "write the API's name in the catalog, or its client id").describe(
    "an API, by its name in the catalog or its client id",
  ),
  kind: choiceField(["delegated", "application"], "write how the permission acts: for a user, or without one").describe(
    "for a user, or without one",
  ),
  permission: permissionName().describe("exactly as Microsoft writes it"),
  reason: textField(300, "say in a sentence why it may be granted").describe("why it may be granted"),
});

const principalId = () =>
  guidField("copy the object id of the principal in the vault's tenant").describe(
    "its object id in the vault's tenant",
  );
const principalName = () =>
  textField(120, "write the principal's name, for people")
    .optional()
    .meta({ description: "for people", whenLeftOut: "none" });

const allowedReader = z.strictObject({
  principalId: principalId(),
  name: principalName(),
  mayReadRefreshTokens: yesNoField("write true only for what renews sign-ins")
    .default(false)
    .describe("a refresh token carries the user's access, with MFA, for 90 days"),
  reason: textField(300, "say in a sentence why it may read").describe("why it may read"),
});

const knownWriter = z.strictObject({
  principalId: principalId(),
  name: principalName(),
  vault: textField(24, "write the name of a vault that a stack creates, and that it may write")
    .optional()
    .meta({ description: "the vault that a stack creates and that it may write", whenLeftOut: "none" }),
  reason: textField(300, "say in a sentence why the vault's owner gave it roles on entries").describe(
    "why the vault's owner gave it roles on entries",
  ),
});

/** The content of `access-policy.yaml`. */
export const policySchema = z.strictObject({
  permissions: z.array(allowedPermission).default([]),
  readers: z.array(allowedReader).default([]),
  writers: z.array(knownWriter).default([]),
});
