import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { commands } from "../../cli/commands";
import { engineVersion } from "../../offline/engine/versions";
import { azureProblems, githubProblems } from "./workflow-lint";

const root = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const github = read(".github/workflows/rotate.yml");
const azure = read("azure-pipelines/rotate.yml");

interface Turn {
  readonly stacks: readonly { readonly stack: string; readonly tenantId: string }[];
  readonly invalid: readonly string[];
}
const { planTurn, listDifferences } = jest.requireActual<{
  planTurn(document: unknown, options?: { only?: string; today?: number; most?: number }): Turn;
  listDifferences(document: unknown, expected: readonly string[]): readonly string[];
}>("../../.ci/rotation-turn.js");

const tenantId = "11111111-1111-4111-8111-111111111111";
const valid = (stack: string) => ({ stack, ok: true, tenantId, domain: "contoso.com" });
const broken = (stack: string) => ({ stack, ok: false, tenantId: null, domain: null });
const day = 86_400_000;

describe("the workflows that run with an identity", () => {
  it("keeps GitHub's to the rules", () => {
    expect(githubProblems(github)).toEqual([]);
  });

  it("keeps Azure's to the rules", () => {
    expect(azureProblems(azure)).toEqual([]);
  });

  it("runs commands and options that exist", () => {
    const calls = [...`${github}\n${azure}`.matchAll(/bin\/partner-access\.js ([a-z]+)((?: +-{1,2}[a-z-]+)*)/g)];
    expect(calls.length).toBeGreaterThanOrEqual(4);
    for (const [, name, options = ""] of calls) {
      const command = commands.find((entry) => entry.name === name);
      const known = (command?.options ?? []).flatMap(({ flags }) => flags.match(/-{1,2}[a-z-]+/g) ?? []);
      expect(known).toEqual(expect.arrayContaining(options.trim().split(/ +/).filter(Boolean)));
    }
  });

  it("installs the engine this project is written for", () => {
    expect(github).toContain(`pulumi-version: ${engineVersion}`);
    expect(azure).toContain(`pulumiVersion: ${engineVersion}`);
  });

  it("stores no secret in either system", () => {
    expect(`${github}${azure}`).not.toMatch(/secrets\.[A-Z]|CLIENT_SECRET|ACCESS_TOKEN|STORAGE_KEY|SAS_TOKEN/);
  });

  it("runs both at the same minute of each day, however quiet the branch", () => {
    const { on } = parse(github) as { on: { schedule: readonly { cron: string }[] } };
    const { schedules } = parse(azure) as { schedules: readonly { cron: string; always: boolean }[] };
    expect(on.schedule.map(({ cron }) => cron)).toEqual(schedules.map(({ cron }) => cron));
    expect(schedules.map(({ always }) => always)).toEqual([true]);
  });
});

describe("the rules", () => {
  const change = (from: string, to: string) => {
    expect(github).toContain(from);
    return githubProblems(github.replace(from, to));
  };

  it.each([
    [
      "an open permission at the top",
      "permissions: {}\n\ndefaults",
      "permissions: write-all\n\ndefaults",
      /begin with/,
    ],
    [
      "a job without permissions",
      "    permissions:\n      contents: read\n    outputs",
      "    outputs",
      /no permissions/,
    ],
    ["a wider permission", "contents: read\n    outputs", "contents: write\n    outputs", /more than it needs/],
    [
      "a tag in place of a commit",
      /actions\/checkout@[0-9a-f]{40}/.exec(github)?.[0] ?? "",
      "actions/checkout@v5",
      /pinned/,
    ],
    ["a commit without its version", " # v5.0.0", "", /no version/],
    ["input inside a script", '"$STACK"', '"$' + '{{ inputs.stack }}"', /expression inside/],
    ["a matrix value inside a script", '"$STACK"', '"$' + '{{ matrix.stack }}"', /expression inside/],
    ["a token left in the checkout", "persist-credentials: false", "persist-credentials: true", /leaves its token/],
    ["cancelled runs", "cancel-in-progress: false", "cancel-in-progress: true", /cancelled/],
    ["dropped runs", "queue: max", "queue: single", /dropped/],
    ["one queue for all", "group: stack-$" + "{{ matrix.stack }}", "group: rotate", /own queue/],
    ["one environment for all", "environment: rotate-$" + "{{ matrix.stack }}", "environment: rotate", /environment/],
    ["install scripts", "npm ci --ignore-scripts", "npm ci", /install scripts/],
    ["packages beyond the lock file", "npm ci --ignore-scripts", "npm install", /lock file/],
    ["a shared cache", "package-manager-cache: false", "package-manager-cache: true", /cache/],
    [
      "a pull request of a stranger",
      "  workflow_dispatch:",
      "  pull_request_target:\n  workflow_dispatch:",
      /nobody reviewed/,
    ],
    ["secrets in the log", "umask 077", "set -x", /prints secrets/],
    ["no time limit", "    timeout-minutes: 120\n", "", /time limit/],
    ["tenants that stop each other", "fail-fast: false", "fail-fast: true", /stops the others/],
  ])("refuse %s", (_, from, to, problem) => {
    expect(change(from, to).join("\n")).toMatch(problem);
  });

  it.each([
    ["a schedule that sleeps", "always: true", "always: false", /sleeps/],
    ["runs for pull requests", "pr: none", "pr: [main]", /pull requests/],
    ["dropped runs", "lockBehavior: sequential", "lockBehavior: runLatest", /dropped/],
    ["another queue", "environment: stack-", "environment: all-", /own queue/],
    ["a macro in a script", '-s "$STACK"', '-s "$(stack)"', /macro/],
    ["an expression in a script", '-s "$STACK"', '-s "$' + '{{ stack }}"', /expression/],
    ["a token left in the checkout", "persistCredentials: false", "persistCredentials: true", /leaves its token/],
    [
      "a download piped into a shell",
      'curl -fsSLO "$from/pulumi-v',
      'curl -fsSL x | sh; curl "$from/pulumi-v',
      /unseen/,
    ],
  ])("refuse, in a pipeline, %s", (_, from, to, problem) => {
    expect(azure).toContain(from);
    expect(azureProblems(azure.replace(from, to)).join("\n")).toMatch(problem);
  });
});

describe("whose turn it is", () => {
  it("takes every valid stack of a real tenant, and names the broken ones apart", () => {
    const emulated = { ...valid("dev"), domain: "contoso.example" };
    expect(planTurn({ stacks: [valid("adatum"), broken("fabrikam"), emulated] })).toEqual({
      stacks: [{ stack: "adatum", tenantId }],
      invalid: ["fabrikam"],
    });
  });

  it("visits each of 1,000 stacks once in four days, never more than 256 a day", () => {
    const stacks = Array.from({ length: 1000 }, (_, place) => valid(`tenant-${place}`));
    const turns = [0, 1, 2, 3].map((later) => planTurn({ stacks }, { today: 20_000 * day + later * day }).stacks);
    expect(turns.map((turn) => turn.length)).toEqual([250, 250, 250, 250]);
    expect(new Set(turns.flat().map(({ stack }) => stack)).size).toBe(1000);
  });

  it("takes all of 256 stacks every day, and turns from 257 on", () => {
    const stacks = Array.from({ length: 257 }, (_, place) => valid(`tenant-${place}`));
    expect(planTurn({ stacks: stacks.slice(1) }).stacks).toHaveLength(256);
    expect(planTurn({ stacks }).stacks.length).toBeLessThanOrEqual(129);
  });

  it("takes the one that is asked for, and refuses a name that is none", () => {
    const stacks = [valid("adatum"), valid("contoso")];
    expect(planTurn({ stacks }, { only: "contoso" }).stacks).toEqual([{ stack: "contoso", tenantId }]);
    expect(() => planTurn({ stacks }, { only: "contoso; id" })).toThrow("no valid stack");
  });

  it("refuses names that could become more than names", () => {
    expect(() => planTurn({ stacks: [valid('x"; curl evil')] })).toThrow("other characters");
    expect(() => planTurn({ stacks: [broken("a\nstacks=[]")] })).toThrow("other characters");
    expect(() => planTurn({ stacks: [{ ...valid("contoso"), tenantId: "$(id)" }] })).toThrow("no GUID");
  });

  it("refuses an empty list, which is a command that could not run", () => {
    expect(() => planTurn({ stacks: [], problems: [{ code: "unexpected" }] })).toThrow("unexpected");
  });

  it("finds a tenant that a pipeline forgot, and one that is gone", () => {
    const document = { stacks: [valid("adatum"), broken("fabrikam"), { ...valid("dev"), domain: "contoso.example" }] };
    expect(listDifferences(document, ["adatum", "fabrikam"])).toEqual([]);
    expect(listDifferences(document, ["adatum", "contoso"])).toEqual([
      expect.stringContaining("fabrikam is never rotated"),
      expect.stringContaining("contoso has no stack file"),
    ]);
  });

  it("prints lines for GITHUB_OUTPUT from what the command prints", () => {
    const input = JSON.stringify({ stacks: [valid("adatum"), broken("fabrikam")] });
    const run = spawnSync(process.execPath, [join(root, ".ci/rotation-turn.js")], { input, encoding: "utf8" });
    expect(run.stdout).toBe(`stacks=[{"stack":"adatum","tenantId":"${tenantId}"}]\ninvalid=fabrikam\n`);
    expect(run.status).toBe(0);
  });
});
