import { partnerTenant } from "../../offline/emulator/seed/constants";
import type { AccessChange } from "../../permissions/diff";

/** What a review says comes and goes, in the words of `facts.ts` and `rules.ts`. */
export interface Reported {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

interface Lists {
  readonly added: string[];
  readonly removed: string[];
}

/** The deployer's id: where nobody configured owners a review says "deployer", because it knows no tenant. */
const deployer = partnerTenant.deployer.objectId;

/** What a new application is unless a report says otherwise, and what one that goes has been. */
const closed = [
  `writes in tenant ${partnerTenant.id}`,
  "audience AzureADMyOrg",
  "public client: false",
  "implicit access tokens: false",
  "implicit id tokens: false",
  "enabled: true",
  "assignment required: true",
];

/** The reported changes as facts that appear and facts that go. A change that fits no fact throws: it would be invented. */
export function reportedIn(changes: readonly AccessChange[]): Reported {
  const lists: Lists = { added: [], removed: [] };
  // A secret that is new comes with its whole rule; a long life is told once more, beside it (see `alarmsIn`).
  const isWhole = changes.some(({ code }) => code === "credential");
  for (const change of changes) {
    if (isWhole && change.code === "lifetime") continue;
    note(change, lists);
  }
  withoutRenaming(lists);
  return { added: [...new Set(lists.added)].sort(), removed: [...new Set(lists.removed)].sort() };
}

/** The lifetimes that a report calls a high risk: longer than before, and over the default of 180 days. */
export function alarmsIn(changes: readonly AccessChange[]): readonly string[] {
  return changes.flatMap(({ code, risk, after }) => (code === "lifetime" && risk.level === "high" ? [`${after}`] : []));
}

function note({ code, direction, subject, before, after }: AccessChange, lists: Lists): void {
  const { permission, holder, detail } = subject;
  const place = direction === "removed" ? lists.removed : lists.added;
  const granted = (whom: string) =>
    `granted ${permission?.apiClientId} delegated ${permission?.permission} for ${whom}`;
  const whom = (name: string | null | undefined) => (name === "everyone who signs in" ? "everyone" : String(name));
  const changed = (text: (value: string | null) => string) => {
    lists.removed.push(text(before));
    lists.added.push(text(after));
  };
  switch (code) {
    case "sign-in":
      place.push(placeOf(detail ?? ""));
      break;
    case "application":
      place.push(`called ${detail}`, ...closed);
      break;
    case "application-name":
      changed((name) => `called ${name}`);
      break;
    case "requested":
      place.push(`requested ${permission?.apiClientId} ${permission?.kind} ${permission?.permissionId}`);
      break;
    case "granted":
      place.push(
        permission?.kind === "application"
          ? `granted ${permission.apiClientId} application ${permission.permissionId}`
          : granted(whom(holder?.name)),
      );
      break;
    case "consent":
      changed((name) => granted(whom(name)));
      break;
    case "assignment":
      place.push(`assigned ${holder?.name}: ${detail}`);
      break;
    case "redirect-uri":
      place.push(`returns to ${detail}`);
      break;
    case "owner":
      place.push(`owner of the ${detail}: ${holder?.name === "deployer" ? deployer : holder?.name}`);
      break;
    case "reader":
      place.push(`reader ${holder?.id} on ${subject.entry ?? subject.vault}: ${detail}`);
      break;
    case "vault-entry":
      place.push(`entry ${subject.entry} in ${subject.vault}`);
      break;
    case "credential":
      place.push("has client secrets", ...ruleFactsOf(detail ?? ""));
      break;
    case "credential-rule":
    case "lifetime":
      changed((days) => `rule: ${detail} ${days}`);
      break;
    default:
      throw new Error(`nothing that the emulator holds fits ${code}: ${JSON.stringify(subject)}`);
  }
}

/** `azure-native: tenant X, cloud public, subscription Y` */
function placeOf(detail: string): string {
  const [, tenant, , subscription] = /: tenant (\S+), cloud public(, subscription (\S+))?$/.exec(detail) ?? [];
  if (tenant === undefined) throw new Error(`a sign-in to nowhere: ${detail}`);
  return `writes in tenant ${tenant}${subscription === undefined ? "" : `, subscription ${subscription}`}`;
}

/** `replaced every 90 days, lives 180, overlap 7` */
function ruleFactsOf(detail: string): readonly string[] {
  const [, every, lives, overlap] = /^replaced every (\d+) days, lives (\d+), overlap (\d+)$/.exec(detail) ?? [];
  return [
    `rule: days between rotations ${every}`,
    `rule: days the previous secret stays valid ${overlap}`,
    `rule: days a client secret lives ${lives}`,
  ];
}

/**
 * Between a file without owners and one that names the deployer by id, a review tells "deployer" and the id apart: which id the
 * deployer has is known to the tenant only. For the tenant that is one and the same owner, who neither comes nor goes.
 */
function withoutRenaming({ added, removed }: Lists): void {
  for (const object of ["application", "service principal"]) {
    const owner = `owner of the ${object}: ${deployer}`;
    if (!added.includes(owner) || !removed.includes(owner)) continue;
    added.splice(added.indexOf(owner), 1);
    removed.splice(removed.indexOf(owner), 1);
  }
}
