import type { PageContent, TenantContent } from "../../../../cli/status/page/page-content";
import { commandLine } from "../../../../model/command-line";
import { addDays, type Day, day } from "../../../../model/day";
import { accessOverview } from "../../../../permissions/overview";
import { remedy } from "../../../../rotation/remedies";
import { graph } from "../../../permissions/manifest/declared-stack";
import { compared } from "../../../permissions/report/reports";
import { guidOf } from "../../../support/azure-answers";

export const today = day("2026-12-01");

/** A tenant whose secret was published so many days ago, of 180; all is well unless the changes say otherwise. */
export function tenant(stack: string, ageDays: number, changes: Partial<TenantContent> = {}): TenantContent {
  const publishedOn = addDays(today, -ageDays);
  const isOverlap = ageDays < 7;
  return {
    stack,
    ok: (changes.problems ?? []).length === 0,
    domain: `${stack}.example`,
    published: {
      keyId: guidOf(`${stack} current`),
      generation: 4,
      publishedOn,
      starts: addDays(publishedOn, -3),
      expires: addDays(publishedOn, 177),
      ageDays,
    },
    previous: isOverlap
      ? {
          keyId: guidOf(`${stack} previous`),
          generation: 3,
          starts: addDays(publishedOn, -90),
          expires: addDays(publishedOn, 90),
          removableOn: addDays(publishedOn, 7),
        }
      : null,
    nextRotation: addDays(publishedOn, 84),
    refreshToken: { ageDays: ageDays % 7 },
    value: { result: "accepted", detail: "Entra issues a token for exactly this value" },
    problems: [],
    ...changes,
  };
}

export const nothingRead = { published: null, previous: null, nextRotation: null, refreshToken: null, value: null };

/** One tenant of each kind, as a page of a usual day has them. */
export function usualPage(): PageContent {
  const problem = (code: string, message: string, fix: string) => ({ code, message, fix });
  const tenants = [
    tenant("contoso", 12),
    tenant("fabrikam", 3),
    tenant("adatum", 99, {
      problems: [
        problem("overdue", "the rotation was due on 2026-11-16, 15 days ago", remedy("overdue", "adatum")),
        problem(
          "refresh-token-old",
          "the refresh token is 64 days old; unused, Entra forgets it after 90 days (2026-12-27)",
          remedy("refresh-token-old", "adatum"),
        ),
      ],
      refreshToken: { ageDays: 64 },
    }),
    tenant("litware", 41, {
      problems: [
        problem(
          "stopped",
          `the service principal of ${guidOf("litware")} is disabled: consumers cannot get tokens`,
          remedy("stopped", "litware"),
        ),
      ],
    }),
    tenant("northwind", 77, { refreshToken: null }),
    tenant("woodgrove", 0, {
      ...nothingRead,
      ok: false,
      problems: [problem("no-answer", "Key Vault did not answer within 20 seconds (list versions)", "")],
    }),
    tenant("tailspin", 0, {
      ...nothingRead,
      ok: false,
      problems: [
        problem(
          "not-deployed",
          "tailspin was never deployed: https://fabrikam-partner-access.vault.azure.net has no client secret of it",
          `As the deployer, first: ${commandLine("up", "-s", "tailspin")}`,
        ),
      ],
    }),
  ];
  return { at: new Date(`${today}T08:30:00Z`), today, tenants, access: accessOf(tenants.map(({ stack }) => stack)) };
}

/** The access of these stacks: all alike, but for one that lets everyone in. */
export function accessOf(stacks: readonly string[]): NonNullable<PageContent["access"]> {
  const wide = { delegated: [{ api: graph, names: ["User.Read", "Directory.ReadWrite.All"] }], consentUser: undefined };
  const manifests = stacks.flatMap((stack, index) => {
    const { head } = compared(stack, index === 2 ? wide : {});
    return head === null || stack === "tailspin" ? [] : [{ stack, manifest: head }];
  });
  const problem = { code: "invalid-configuration", message: "rotation.everyDays must be at least 1, got 0", fix: "" };
  const unreadable = stacks.includes("tailspin") ? [{ stack: "tailspin", problems: [problem] }] : [];
  return { overview: accessOverview(manifests), unreadable };
}

/** So many tenants of every age, a fifth of them with problems. */
export function largePage(count: number): PageContent {
  const names = Array.from({ length: count }, (_, index) => `tenant-${String(index).padStart(4, "0")}`);
  const tenants = names.map((stack, index) => {
    if (index % 5 > 0) return tenant(stack, index % 84);
    const due = addDays(today, -20) as Day;
    const problems = (["overdue", "near-expiry", "orphan"] as const).map((code) => ({
      code,
      message: `the rotation was due on ${due}, 20 days ago, and ${guidOf(stack)} is still published`,
      fix: remedy(code, stack),
    }));
    return tenant(stack, 110, { problems });
  });
  return { at: new Date(`${today}T08:30:00Z`), today, tenants, access: accessOf(names) };
}
