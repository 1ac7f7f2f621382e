import fc from "fast-check";
import { catalog } from "../../../permissions/catalog";
import { type DeclaredStack, guidOf } from "./declared-stack";

const apis = catalog.map(({ clientId }) => clientId);
const known = catalog.flatMap((api) => api.permissions.map((permission) => ({ api: api.clientId, ...permission })));
/** Texts that people and attackers write. */
export const hostileText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom(
    "@everyone",
    "</details>",
    "::error::x",
    "‮moc.live",
    "a|b",
    "`",
    "__proto__",
    "[x](http://evil.example)",
  ),
);
const guid = fc.nat({ max: 6 }).map((n) => guidOf(`someone ${n}`));

const requested = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom(...known).map(({ api, kind, id }) => ({ api, kind, id })),
    fc.record({ api: fc.constantFrom(...apis), kind: fc.constantFrom("delegated", "application"), id: guid }),
  ),
  { maxLength: 8, selector: (access) => JSON.stringify(access) },
);
const scopes = [...new Set(known.filter(({ kind }) => kind === "delegated").map(({ name }) => name))];
const delegated = fc.uniqueArray(
  fc.record({
    api: fc.constantFrom(...apis),
    names: fc.uniqueArray(fc.oneof(fc.constantFrom(...scopes), fc.constant("Invented.Scope")), {
      minLength: 1,
      maxLength: 5,
    }),
  }),
  { maxLength: 3, selector: ({ api }) => api },
);
const roles = known.filter(({ kind }) => kind === "application").map(({ api, id }) => ({ api, id }));

/** What a person may write down: anybody's id, also that of the identity that deploys, or of the user whom a look-up names. */
const written = fc.oneof(
  guid,
  fc.constant(guidOf("real/deployer")),
  fc.constant(guidOf("real/reports@contoso.example")),
);

/** Any stack a program could declare. */
export const anyStack: fc.Arbitrary<DeclaredStack> = fc
  .record({
    displayName: hostileText,
    audience: fc.constantFrom("AzureADMyOrg", "AzureADMultipleOrgs", "PersonalMicrosoftAccount"),
    ownedBy: fc.oneof(
      fc.constant({ owners: ["deployer"], ownersAreConfigured: false }),
      fc.uniqueArray(written, { maxLength: 3 }).map((owners) => ({ owners, ownersAreConfigured: true })),
    ),
    redirectUris: fc.uniqueArray(fc.oneof(fc.constant("http://localhost:8400/"), hostileText), { maxLength: 3 }),
    isAssignmentRequired: fc.boolean(),
    requested,
    delegated,
    appRoles: fc.uniqueArray(fc.constantFrom(...roles), { maxLength: 4, selector: ({ id }) => id }),
    consentUser: fc.constantFrom(undefined, "reports@contoso.example", "ceo@contoso.example"),
    readers: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom("report-builder", "dashboard", "renewer"),
        id: written,
        entry: fc.constantFrom("client-id", "client-secret"),
      }),
      { maxLength: 3, selector: ({ name, entry }) => `${name}/${entry}` },
    ),
    lifetimeDays: fc.constantFrom(90, 180, 365),
  })
  .map(({ ownedBy, ...stack }) => ({ ...stack, ...ownedBy }));
