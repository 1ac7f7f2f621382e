import fc from "fast-check";
import { type AccessChange, diffManifests } from "../../../permissions/diff";
import { type AccessManifest, buildManifest, emptyManifest, type ResourceRecord } from "../../../permissions/manifest";
import { declared, guidOf, recordsOf, underMocks } from "../manifest/declared-stack";
import { anyStack } from "../manifest/generators";
import { base, brief, manifestOf } from "./changed-stack";

const inverse = { added: "removed", removed: "added", widened: "narrowed", narrowed: "widened", changed: "changed" };
/** What must mirror when the sides are exchanged; risk, reasons and who is meant may differ with the direction. */
const core = ({ code, direction, subject, before, after }: AccessChange) => ({
  code,
  direction,
  subject: { ...subject, holder: code === "consent" ? null : subject.holder },
  before,
  after,
});
const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();

describe("the difference of two manifests", () => {
  it("is nothing between equal ones", () => {
    fc.assert(
      fc.property(anyStack, (stack) => expect(diffManifests(manifestOf(stack), manifestOf(stack))).toEqual([])),
    );
  });

  it("mirrors when the sides are exchanged", () => {
    fc.assert(
      fc.property(anyStack, anyStack, (one, other) => {
        const [a, b] = [manifestOf(one), manifestOf(other)];
        const there = diffManifests(a, b).map(core);
        const back = diffManifests(b, a)
          .map(core)
          .map((it) => ({ ...it, direction: inverse[it.direction], before: it.after, after: it.before }));
        expect(texts(back)).toEqual(texts(there));
      }),
      { numRuns: 300 },
    );
  });

  it("reports every permission that is added or removed, and invents none", () => {
    const facts = (manifest: AccessManifest) =>
      new Set([
        ...manifest.requested.map((it) => `requested ${it.apiClientId} ${it.kind} ${it.permissionId}`),
        ...manifest.granted.map((it) => {
          const consent = it.consent === null ? "" : it.consent.for === "user" ? it.consent.user : "everyone";
          return `granted ${it.api} ${it.kind} ${it.permission} ${consent}`;
        }),
      ]);
    fc.assert(
      fc.property(anyStack, anyStack, (one, other) => {
        const [a, b] = [manifestOf(one), manifestOf(other)];
        expect(reported(diffManifests(a, b))).toEqual(
          texts([
            ...[...facts(b)].filter((fact) => !facts(a).has(fact)).map((fact) => `+ ${fact}`),
            ...[...facts(a)].filter((fact) => !facts(b).has(fact)).map((fact) => `- ${fact}`),
          ]),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("names everything a new stack grants", () => {
    expect(brief(diffManifests(emptyManifest, base))).toEqual(
      [
        ["granted", "high"],
        ["reader", "high"],
        ["requested", "high"],
        ["application", "medium"],
        ["credential", "low"],
        ["owner", "low"],
        ["owner", "low"],
        ["redirect-uri", "low"],
        ["sign-in", "low"],
        ["vault-entry", "low"],
        ["vault-entry", "low"],
      ].map(([code, risk]) => ({ code, direction: "added", risk, before: null, after: null })),
    );
  });
});

/** The permission facts a report states: what a consent change says counts as the removal and the addition that it is. */
function reported(list: readonly AccessChange[]): readonly string[] {
  const everyone = (text: string) => (text === "everyone who signs in" ? "everyone" : text);
  const facts = list.flatMap(({ code, direction, subject, before, after }) => {
    const { permission, holder } = subject;
    if (permission === null) return [];
    const what = `${permission.apiClientId} ${permission.kind}`;
    if (code === "requested") {
      return [
        `${direction === "added" ? "+" : "-"} requested ${what} ${permission.permissionId ?? permission.permission}`,
      ];
    }
    if (permission.kind === "application") {
      return [
        `${direction === "added" ? "+" : "-"} granted ${what} ${permission.permissionId ?? permission.permission} `,
      ];
    }
    const granted = `granted ${what} ${permission.permission}`;
    if (code === "granted") return [`${direction === "added" ? "+" : "-"} ${granted} ${everyone(holder?.name ?? "")}`];
    return [`- ${granted} ${everyone(before ?? "")}`, `+ ${granted} ${everyone(after ?? "")}`];
  });
  return texts(facts);
}

describe("where a stack writes, and what nobody can read", () => {
  it("tells when a stack turns to another tenant", () => {
    const head = { ...base, signIns: base.signIns.map((it) => ({ ...it, tenantId: guidOf("elsewhere") })) };
    expect(brief(diffManifests(base, head))).toMatchObject([
      { code: "sign-in", direction: "added", risk: "high" },
      { code: "sign-in", direction: "removed", risk: "low" },
    ]);
  });

  it("tells what is unrecognised, with what it holds", () => {
    const record: ResourceRecord = { type: "aws:iam/role:Role", name: "x", inputs: { policy: "all" } };
    const head = buildManifest([...recordsOf(declared, underMocks), record]);
    expect(diffManifests(base, head)).toMatchObject([
      {
        code: "unrecognised",
        direction: "added",
        risk: { level: "high", reasons: ["a type of resource that the manifest does not know"] },
        subject: { detail: 'aws:iam/role:Role "x": policy = all' },
      },
    ]);
  });
});
