import type { Token } from "./odata-tokens";

/** Properties of the type Edm.Guid; every other id of the directory is an Edm.String. Source: Graph's metadata (v1.0/$metadata). */
const guids = new Set(["resourceId", "principalId", "appRoleId", "appOwnerOrganizationId"]);

const kinds: Readonly<Record<string, string>> = {
  eq: "Equal",
  ne: "NotEqual",
  ge: "GreaterThanOrEqual",
  le: "LessThanOrEqual",
};

/**
 * Why a literal cannot be compared with a property, in the words of Microsoft's OData library (IncompatibleOperandsError). That Graph refuses a quoted
 * moment and a bare GUID for a text is UNVERIFIED, and follows from these types. A quoted GUID is left to all: several properties are texts
 * on one type and GUIDs on another.
 */
export function typeProblem(name: string, { kind, text }: Token, operator: string): string | undefined {
  const wanted = name.endsWith("DateTime") ? "Edm.DateTimeOffset" : guids.has(name) ? "Edm.Guid" : "Edm.String";
  const given =
    kind === "string" ? "Edm.String" : /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? "Edm.DateTimeOffset" : "Edm.Guid";
  if (wanted === given || (wanted === "Edm.Guid" && given === "Edm.String")) return undefined;
  return (
    `A binary operator with incompatible types was detected. Found operand types '${wanted}' and '${given}' for ` +
    `operator kind '${kinds[operator] ?? operator}'.`
  );
}
