import { stringify } from "yaml";
import type { PublishedApi } from "../../clients/graph/directory-view";
import type { CatalogFile } from "../../configuration/catalog-file";
import { anyStack, commandLine } from "../../model/command-line";

type Api = CatalogFile["apis"][number];
type Permission = Api["permissions"][number];

/** What a refresh changes, permission by permission, by kind and name. */
export interface Refreshed {
  readonly api: Api;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** An API as its principal publishes it now, with the ratings that people wrote for the permissions that are still the same. */
export function refreshed(published: PublishedApi, known: Api | undefined): Refreshed {
  const before = known?.permissions ?? [];
  const permissions = published.permissions
    .filter(({ name }) => name !== "")
    .map(({ id, name, kind, title, description, adminConsent }): Permission => {
      const lets = oneLine(description || title || name, 400);
      const was = before.find((it) => it.id === id && it.kind === kind);
      // A rating was given for what it meant then.
      const isSame = was?.name === name && was.lets === lets;
      const rating = isSame && was.risk !== undefined ? { risk: was.risk, riskReason: was.riskReason } : {};
      return { name: oneLine(name, 120), id, kind, lets, adminConsent, ...rating };
    })
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const same = (it: Permission) => before.find(({ id, kind }) => id === it.id && kind === it.kind);
  return {
    api: {
      name: known?.name ?? oneLine(published.displayName, 120),
      clientId: published.clientId.toLowerCase(),
      permissions,
    },
    added: permissions.filter((it) => same(it) === undefined).map(nameOf),
    changed: permissions
      .filter((it) => same(it) !== undefined && JSON.stringify(same(it)) !== JSON.stringify(it))
      .map(nameOf),
    removed: before.filter((it) => !permissions.some(({ id, kind }) => id === it.id && kind === it.kind)).map(nameOf),
  };
}

const heading = `# APIs beyond the built-in catalog, as their service principals publish them. Written by \`${commandLine("catalog", "refresh", "-s", anyStack)}\`.
# By hand only risk (low, medium, high, critical) and riskReason, both or none: a permission without a rating counts as high.
`;

/** The file's text; the same for the same content. */
export function catalogText(apis: readonly Api[]): string {
  const sorted = [...apis].sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
  return `${heading}${stringify({ apis: sorted }, { lineWidth: 0 })}`;
}

function nameOf({ kind, name }: Permission): string {
  return `${kind} ${name}`;
}

/** The publisher of an API writes these texts. */
function oneLine(text: string, longest: number): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return visible.length <= longest ? visible : `${visible.slice(0, longest - 1)}…`;
}
