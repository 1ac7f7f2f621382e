import { diffPolicies, type GivenReasons } from "../../../permissions/diff";
import { buildManifest } from "../../../permissions/manifest";
import { type AccessReport, buildReport, type ComparedStack } from "../../../permissions/report";
import type { ReportInput } from "../../../permissions/report/report";
import {
  type DeclaredStack,
  declared,
  graph,
  guidOf,
  partnerCenter,
  recordsOf,
  underMocks,
} from "../manifest/declared-stack";

export const nothingUnjudged = { code: [], lockFiles: [], workflows: [], dependencies: [] };

export function manifestOf(stack: Partial<DeclaredStack> = {}) {
  return buildManifest(recordsOf({ ...declared, ...stack }, underMocks));
}

/** One stack whose base is as `declared` and whose head differs as said. */
export function compared(stack: string, head: Partial<DeclaredStack>, own: Partial<DeclaredStack> = {}): ComparedStack {
  const base = { displayName: `Partner Insights ${stack}`, consentUser: `reports@${stack}.example`, ...own };
  return {
    stack,
    domain: `${stack}.example`,
    base: manifestOf(base),
    head: manifestOf({ ...base, ...head }),
  };
}

export function reportOf(input: Partial<ReportInput>): AccessReport {
  return buildReport({
    at: new Date("2026-11-22T20:00:00Z"),
    base: "main",
    head: "feature/reports",
    stacks: [],
    failed: [],
    policyChanges: [],
    unjudged: nothingUnjudged,
    ...input,
  });
}

const reasons: GivenReasons = {
  permissions: [
    { apiClientId: graph, kind: "delegated", permission: "User.Read", reason: "the report shows who signed in" },
  ],
  consent: null,
  readers: [],
};
const userRead = {
  requested: [
    ...declared.requested,
    { api: graph, kind: "delegated" as const, id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d" },
  ],
  delegated: [...declared.delegated, { api: graph, names: ["User.Read"] }],
};

/** A little of everything. */
export const usualReport = reportOf({
  stacks: [
    { ...compared("contoso", userRead), reasons },
    { ...compared("adatum", userRead), reasons },
    { ...compared("fabrikam", userRead), reasons },
    { ...compared("northwind", userRead), reasons },
    compared("tailspin", {}),
    compared("litware", {
      owners: ["deployer", guidOf("a person")],
      consentUser: undefined,
      isAssignmentRequired: false,
      lifetimeDays: 365,
    }),
    { ...compared("proseware", {}), base: null },
  ],
  failed: [{ stack: "woodgrove", message: "Pulumi.woodgrove.yaml: rotation.everyDays must be at least 1, got 0" }],
  policyChanges: diffPolicies(
    { permissions: [], readers: [] },
    {
      permissions: [{ apiClientId: graph, kind: "application", permission: "Directory.Read.All", reason: "an audit" }],
      readers: [],
    },
  ),
  unjudged: {
    code: [
      { path: "components/api-permission-grants.ts", change: "changed" },
      { path: "permissions/risk.ts", change: "removed" },
    ],
    lockFiles: [{ path: "package-lock.json", change: "changed" }],
    workflows: [{ path: ".github/workflows/apply.yml", change: "added" }],
    dependencies: [
      { name: "@pulumi/azuread", before: "6.9.1", after: "6.10.0" },
      { name: "left-pad", before: null, after: "1.3.0" },
    ],
  },
});

/** The same report with one text wherever somebody else's text can stand. */
export function reportAround(text: string): AccessReport {
  const head = manifestOf({
    displayName: text,
    redirectUris: [text],
    owners: [text],
    delegated: [{ api: partnerCenter, names: ["Invented.Scope"] }],
  });
  const grant = head.granted[0]!;
  const stack: ComparedStack = {
    stack: text,
    domain: text,
    base: manifestOf(),
    head: {
      ...head,
      granted: [...head.granted, { ...grant, permission: text, consent: { for: "user", user: text } }],
      assignments: [{ application: text, role: text, who: text }],
      entries: [...head.entries, { vault: text, entry: text, isEnabled: true, hasExpiry: true, isSecret: true }],
      vaultAccess: [{ ...head.vaultAccess[0]!, name: text, principal: text, principalType: text, condition: text }],
      unrecognised: [{ type: text, name: text, properties: [{ property: text, value: text }], why: text }],
    },
    reasons: {
      // Both new permissions alike: the order of equal risks depends on the text.
      permissions: ["Invented.Scope", text].map((permission) => ({
        apiClientId: partnerCenter,
        kind: "delegated",
        permission,
        reason: text,
      })),
      consent: text,
      readers: [{ principalId: text, reason: text }],
    },
  };
  return reportOf({
    base: text,
    head: text,
    stacks: [stack],
    failed: [{ stack: text, message: text }],
    policyChanges: diffPolicies(
      { permissions: [], readers: [] },
      {
        permissions: [{ apiClientId: text, kind: "delegated", permission: text, reason: text }],
        readers: [{ principalId: text, name: text, mayReadRefreshTokens: false, reason: text }],
      },
    ),
    unjudged: {
      code: [{ path: text, change: "changed" }],
      lockFiles: [{ path: text, change: "changed" }],
      workflows: [{ path: text, change: "changed" }],
      dependencies: [{ name: text, before: text, after: text }],
    },
  });
}

/** Texts that try to leave their place. */
export const hostileTexts: Readonly<Record<string, string>> = {
  markdown:
    "**bold** _it_ ~~x~~ `code` [link](http://evil.example) ![img](http://evil.example/x.png) | cell | # h\n\n# heading\n- item",
  html: "</code></details><script>alert(1)</script><img src=x onerror=alert(1)><!-- partner-access:access-review:default --> &lt; &amp;",
  mentions: "@octocat @org/team #123 GH-1 owner/repo#1 http://evil.example www.evil.example me@evil.example :tada: $x$",
  commands:
    "\n::error::failed\r\n::set-output name=x::y\n##[error]x\n##vso[task.setvariable variable=x]y\n::stop-commands::z",
  terminal: "\u001b[2J\u001b[31mred\u001b[0m\u0007\u009b31m\u001b]0;title\u0007\b\b\b\u007f",
  directions:
    "safe\u202Eelbarim\u202C\u2066\u2069\u200Bzero\u200Dwidth\uFEFF\u00ADsoft\u2028line\u2029para\u061C\u{E0041}\u3164\uFE0F",
  marks: `Z${"\u0301\u0302\u0303".repeat(40)}algo`,
  long: "A very long name ".repeat(640),
  surrogates: "half \ud800 and half \udc00",
  code: "``` ` `` ```` \\` <code>x</code>",
};
