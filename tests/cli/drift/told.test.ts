import { remedies } from "../../../cli/drift/told";
import type { DriftFinding } from "../../../permissions/drift";

const finding = (kind: DriftFinding["kind"], code: string, isWritable = true): DriftFinding => ({
  kind,
  code,
  message: "",
  risk: "low",
  reasons: [],
  touches: isWritable ? [{ type: "a:b:C", nameEndsWith: null }] : [],
});
const putBack =
  '  Missing or changed: "pulumi refresh -s contoso" records it, and the next up restores what is declared.';
const takeAway = "  Undeclared: declare it, or remove it where it was created.";

describe("what may be done about drift", () => {
  it.each<[string, readonly DriftFinding[], readonly string[]]>([
    ["nothing about nothing", [], []],
    ["a grant that was taken away comes back", [finding("missing", "granted")], [putBack]],
    ["so does a setting", [finding("changed", "assignment-required")], [putBack]],
    ["what nobody declared does not go by itself", [finding("undeclared", "owner")], [takeAway]],
    ["each has its own", [finding("missing", "reader"), finding("undeclared", "owner")], [putBack, takeAway]],
    // An update would make another application, with another client id; and it would not end a stop.
    [
      "a lost application is no case for an update",
      [finding("missing", "application"), finding("missing", "reader")],
      [],
    ],
    ["nor is a lost secret", [finding("missing", "credential", false)], []],
    ["nor is a lost entry of the vault", [finding("missing", "vault-entry"), finding("missing", "reader")], []],
    ["nor is what no update writes", [finding("changed", "api", false)], []],
    ["nor is a stop", [finding("changed", "enabled")], []],
  ])("%s", (_, findings, expected) => {
    expect(remedies(findings, "contoso")).toEqual(expected);
  });
});
