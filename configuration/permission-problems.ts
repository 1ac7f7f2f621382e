import { type CatalogApi, catalog } from "../permissions/catalog";
import type { PermissionMiss } from "../permissions/resolve";
import type { Problem } from "./problem";
import { showValue } from "./show-value";

/** What to tell the writer of an entry that asks for something the catalog does not have. */
export function missProblem(miss: PermissionMiss, entryPath: string, apis: readonly CatalogApi[] = catalog): Problem {
  const received = showValue(miss.received);
  if (miss.code === "unknown-api") {
    return {
      path: `${entryPath}.api`,
      message: "is not in the catalog",
      received,
      allowed: apis.map(({ name }) => name).join(", "),
      fix: didYouMean(
        miss.suggestions,
        "write an API's name as in the catalog or its client id, or add it first with the command catalog refresh",
      ),
    };
  }
  const path = `${entryPath}.${miss.kind}[${miss.index}]`;
  if (miss.code === "other-kind") {
    const other = miss.kind === "delegated" ? "application" : "delegated";
    return {
      path,
      message: `exists only as ${withArticle(other)} permission`,
      received,
      allowed: `${miss.kind} permissions of the catalog`,
      fix: `write it under ${other}, if that is what is needed`,
    };
  }
  return {
    path,
    message: `is not ${withArticle(miss.kind)} permission of the catalog`,
    received,
    allowed: "permissions of the catalog, written exactly as Microsoft writes them",
    fix: didYouMean(miss.suggestions, "look the name up in Microsoft's reference, or ask for the API to be added"),
  };
}

function didYouMean(suggestions: readonly string[], otherwise: string): string {
  return suggestions.length > 0 ? `did you mean ${suggestions.join(" or ")}` : otherwise;
}

/** "a delegated", "an application". */
export function withArticle(kind: "delegated" | "application"): string {
  return kind === "delegated" ? "a delegated" : "an application";
}
