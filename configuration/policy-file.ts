import { type AccessPolicy, type AllowedPermission, emptyAccessPolicy } from "../permissions/access-policy";
import type { CatalogApi } from "../permissions/catalog";
import { resolvePermissions } from "../permissions/resolve";
import { missProblem } from "./permission-problems";
import type { Problem } from "./problem";
import { readValue } from "./read-value";
import { policySchema } from "./schemas";
import { secretsIn } from "./values";
import { readYaml } from "./yaml-text";

/** The file with what may be granted beyond the built-in list; one per project. */
export const policyFileName = "access-policy.yaml";

/** The policy of a project, and what is wrong with its file. A bad entry allows nothing. */
export interface PolicyReading {
  readonly policy: AccessPolicy;
  readonly problems: readonly Problem[];
}

/** Reads the text of `access-policy.yaml`, which may name every API that is known. Without a file only the built-in list is allowed. */
export function readPolicyFile(text: string | undefined, apis: readonly CatalogApi[]): PolicyReading {
  if (text === undefined) return { policy: emptyAccessPolicy, problems: [] };
  const { value, problems: invalid } = readYaml(text, policyFileName);
  if (invalid.length > 0) return { policy: emptyAccessPolicy, problems: invalid };
  // A file of comments only is an empty policy.
  const content = value === null || value === "" ? {} : value;
  const read = readValue(policySchema, content, "");
  const problems: Problem[] = [...read.problems, ...secretsIn(content, "").map(withoutDot)];

  const permissions = (read.value?.permissions ?? []).flatMap((entry, index) => {
    if (entry?.api === undefined || entry.kind === undefined || entry.permission === undefined) return [];
    const { api, kind, permission, reason = "" } = entry;
    const request = { api, delegated: [], application: [], [kind]: [permission] };
    const found = resolvePermissions(request, apis);
    problems.push(
      ...found.misses.map((miss) => {
        const problem = missProblem(miss, `permissions[${index}]`, apis);
        return miss.code === "unknown-api" ? problem : { ...problem, path: `permissions[${index}].permission` };
      }),
    );
    const known = [...found.delegated, ...found.application];
    return known.map(
      ({ name }): AllowedPermission => ({
        apiClientId: found.api?.clientId ?? "",
        kind,
        permission: name,
        reason,
      }),
    );
  });
  const readers = (read.value?.readers ?? []).flatMap((entry) =>
    entry?.principalId === undefined
      ? []
      : {
          principalId: entry.principalId,
          name: entry.name,
          mayReadRefreshTokens: entry.mayReadRefreshTokens ?? false,
          reason: entry.reason ?? "",
        },
  );
  const writers = (read.value?.writers ?? []).flatMap((entry) =>
    entry?.principalId === undefined
      ? []
      : {
          principalId: entry.principalId,
          name: entry.name,
          ...(entry.vault !== undefined && { vault: entry.vault }),
          reason: entry.reason ?? "",
        },
  );
  return {
    policy: { permissions, readers, ...(writers.length > 0 && { writers }) },
    problems: problems.map((problem) => ({ ...problem, path: `${policyFileName}: ${problem.path || "the file"}` })),
  };
}

function withoutDot(problem: Problem): Problem {
  return { ...problem, path: problem.path.replace(/^\./, "") };
}
