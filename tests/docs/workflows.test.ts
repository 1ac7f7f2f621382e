import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { commands } from "../../cli/commands";
import { readPipeline } from "../../cli/onboarding/pipelines";
import { headFiles } from "../../cli/review/review-records";
import { engineVersion } from "../../offline/engine/versions";
import { azureProblems, azureStarts, githubProblems, githubRules } from "./workflow-lint";

const root = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const github = read(".github/workflows/rotate.yml");
const azure = read("azure-pipelines/rotate.yml");
const githubFile = (name: string) => read(`.github/workflows/${name}.yml`);
const azureFile = (name: string) => read(`azure-pipelines/${name}.yml`);
const names = Object.keys(githubRules) as (keyof typeof githubRules)[];
const every = names.map((name) => `${githubFile(name)}\n${azureFile(name)}`).join("\n");

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
  it("are all known, in both systems", () => {
    for (const folder of [".github/workflows", "azure-pipelines"]) {
      expect(readdirSync(join(root, folder)).sort()).toEqual(names.map((name) => `${name}.yml`).sort());
    }
  });

  it.each(names)("keep %s to the rules on GitHub", (name) => {
    expect(githubProblems(githubFile(name), githubRules[name])).toEqual([]);
  });

  it.each(names)("keep %s to the rules on Azure DevOps", (name) => {
    expect(azureProblems(azureFile(name), azureStarts[name])).toEqual([]);
  });

  it("run commands and options that exist", () => {
    const lines = every.replace(/ \\\n\s*/g, " ").split("\n");
    const calls = lines.flatMap((line) => [...line.matchAll(/bin\/partner-access\.js ([a-z-]+)([^\n|>]*)/g)]);
    expect(calls.length).toBeGreaterThanOrEqual(18);
    for (const [, name, rest = ""] of calls) {
      const command = commands.find((entry) => entry.name === name);
      const known = (command?.options ?? []).flatMap(({ flags }) => flags.match(/(?<![\w-])-{1,2}[a-z-]+/g) ?? []);
      expect({ name, known }).toEqual({
        name,
        known: expect.arrayContaining(rest.match(/(?<![\w"-])-{1,2}[a-z-]+/g) ?? []),
      });
    }
  });

  it("installs the engine this project is written for", () => {
    for (const name of ["rotate", "apply"]) {
      expect(githubFile(name)).toContain(`pulumi-version: ${engineVersion}`);
      expect(azureFile(name)).toContain(`pulumiVersion: ${engineVersion}`);
    }
  });

  it("stores no secret in either system", () => {
    expect(every.replace(/SYSTEM_ACCESSTOKEN/g, "")).not.toMatch(
      /secrets\.[A-Z]|CLIENT_SECRET|ACCESS_TOKEN|STORAGE_KEY|SAS_TOKEN/,
    );
  });

  it.each(["rotate", "drift", "alarm"])(
    "run %s at the same minutes of each day in both, however quiet the branch",
    (name) => {
      const { on } = parse(githubFile(name)) as { on: { schedule: readonly { cron: string }[] } };
      const { schedules } = parse(azureFile(name)) as { schedules: readonly { cron: string; always: boolean }[] };
      expect(on.schedule.map(({ cron }) => cron)).toEqual(schedules.map(({ cron }) => cron));
      expect(schedules.map(({ always }) => always)).toEqual([true]);
    },
  );

  it("ring the alarm on a schedule and with an identity of its own", () => {
    const schedule = (name: string) => (parse(githubFile(name)) as { on: { schedule: object } }).on.schedule;
    expect(schedule("alarm")).not.toEqual(schedule("rotate"));
    const identities = (text: string) => text.match(/vars\.\w+CLIENT_ID|azureSubscription: \S+/g) ?? [];
    for (const file of [githubFile, azureFile]) {
      const others = new Set(identities(`${file("rotate")}${file("apply")}${file("drift")}`));
      expect(identities(file("alarm")).length).toBe(1);
      expect(identities(file("alarm")).filter((it) => others.has(it))).toEqual([]);
    }
  });

  it("give rotate and apply no identity in common but the vault's, and drift none of theirs", () => {
    const own = (name: string): readonly string[] => githubFile(name).match(/vars\.\w+CLIENT_ID/g) ?? [];
    expect(own("apply").filter((it) => own("rotate").some((other) => other === it))).toEqual(["vars.VAULT_CLIENT_ID"]);
    expect(own("drift").filter((it) => [...own("rotate"), ...own("apply")].some((other) => other === it))).toEqual([]);
  });

  it("run where the scripts that deployer prints let them in", () => {
    const subjectsOf = (options: { github?: string; azureDevops?: string }) => {
      const { deployer, rotator, vault } = readPipeline("contoso", options);
      return [...deployer, ...rotator, ...vault].map(({ from }) => from);
    };
    const onGithub = subjectsOf({ github: "fabrikam/partner-access" });
    for (const [name, matrix] of [["apply", "matrix.stack"] as const, ["rotate", "matrix.stack"] as const]) {
      expect(githubFile(name)).toContain(`environment: ${name}-\${{ ${matrix} }}`);
      expect(onGithub).toContain(`jobs of the environment ${name}-contoso in fabrikam/partner-access`);
    }
    const onAzure = subjectsOf({ azureDevops: "fabrikam/access/partner-access" });
    for (const name of ["apply", "rotate"]) {
      expect(azureFile(name)).toContain(`azureSubscription: partner-access-${name}-\${{ stack }}`);
      expect(azureFile(name)).toContain("azureSubscription: partner-access-vault");
      expect(onAzure).toContain(`the service connection partner-access-${name}-contoso in fabrikam/access`);
    }
    expect(onAzure).toContain("the service connection partner-access-vault in fabrikam/access");
  });

  it("take an apply's digest from the command that reads the check, and hand it to up", () => {
    expect(githubFile("apply")).toMatch(
      /approved --base .* --json >[\s\S]*up -s "\$STACK" --expect-digest "\$DIGEST" --yes/,
    );
    expect(azureFile("apply")).toMatch(/approved --json >[\s\S]*up -s "\$STACK" --expect-digest "\$DIGEST" --yes/);
  });

  it("check out what is newest for an apply that waited, never an old merge", () => {
    const { jobs } = parse(githubFile("apply")) as {
      jobs: { apply: { steps: readonly { uses?: string; with?: { ref?: string } }[] } };
    };
    const checkout = jobs.apply.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkout?.with?.ref).toBe("$" + "{{ github.event.repository.default_branch }}");
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

describe("the rules around a pull request", () => {
  const change = (name: keyof typeof githubRules, from: string, to: string) => {
    const text = githubFile(name);
    expect(text).toContain(from);
    return githubProblems(text.replace(from, to), githubRules[name]).join("\n");
  };
  const expression = (text: string) => `\${{ ${text} }}`;

  it.each([
    ["a right to write", "contents: read", "contents: write", /more than it needs/],
    ["an identity", "      contents: read\n", "      contents: read\n      id-token: write\n", /more than it needs/],
    [
      "a secret",
      "      - name: record\n",
      `      - name: record\n        env: { A: "${expression("secrets.A")}" }\n`,
      /given secrets/,
    ],
    [
      "an environment",
      "    runs-on: ubuntu-24.04\n",
      "    runs-on: ubuntu-24.04\n    environment: x\n",
      /given environment/,
    ],
    ["a runner of one's own", "runs-on: ubuntu-24.04", "runs-on: self-hosted", /given self-hosted/],
    ["the base's rights", "  pull_request:\n", "  pull_request_target:\n", /nobody reviewed/],
    ["install scripts", " --ignore-scripts", "", /install scripts/],
    [
      "a title in a script",
      '"$RUNNER_TEMP/records.json"\n',
      `${expression("github.event.pull_request.title")}\n`,
      /expression inside/,
    ],
  ])("hand a stranger's code no %s", (_, from, to, problem) => {
    expect(change("access-review", from, to)).toMatch(problem);
  });

  it.each([
    [
      "code of the change",
      "            /package-lock.json\n",
      "            /package-lock.json\n            /bin\n",
      /could be run/,
    ],
    ["all files of the change", "          sparse-checkout-cone-mode: false\n", "", /could be run/],
    [
      "its folder to run in",
      "        working-directory: base\n",
      "        working-directory: head\n",
      /runs in the checkout/,
    ],
    ["an identity", "      checks: write\n", "      checks: write\n      id-token: write\n", /more than it needs/],
    [
      "a branch's name in a script",
      '"$RUN_NUMBER"',
      expression("github.event.workflow_run.head_branch"),
      /expression inside/,
    ],
    ["another trigger", "  workflow_run:\n    workflows", "  pull_request_target:\n    workflows", /nobody reviewed/],
  ])("keep from the job that may write %s", (_, from, to, problem) => {
    expect(change("access-review-report", from, to)).toMatch(problem);
  });

  it("check out of the change exactly the files that the comment reads: a sparse checkout brings no others along", () => {
    const [, list = ""] = /sparse-checkout: \|\n((?: {12}\S+\n)+)/.exec(githubFile("access-review-report")) ?? [];
    expect(list.trim().split(/\s+/)).toEqual(headFiles.map((path) => `/${path}`));
  });

  it("keep signing in and writing to the repository apart", () => {
    const both = "      contents: read\n      id-token: write\n";
    expect(change("drift", both, `${both}      issues: write\n`)).toMatch(/with the same job/);
    expect(change("alarm", "environment: alarm", "environment: rotate-x")).toMatch(/own environment/);
  });

  it.each([
    [
      "a service connection",
      "      - publish:",
      "      - task: AzureCLI@2\n        inputs: { azureSubscription: x }\n      - publish:",
    ],
    [
      "a token",
      "        displayName: record\n",
      "        displayName: record\n        env: { T: $(System.AccessToken) }\n",
    ],
  ])("hand a stranger's code on Azure DevOps no %s", (_, from, to) => {
    const text = azureFile("access-review");
    expect(text).toContain(from);
    expect(azureProblems(text.replace(from, to), "policy").join("\n")).toMatch(/a stranger's code is given/);
  });
});

describe("what a merge applies", () => {
  const { planApply, azureLines } = jest.requireActual<{
    planApply(
      document: unknown,
      options?: { part?: string; most?: number },
    ): {
      readonly stacks: readonly { readonly stack: string }[];
      readonly left: readonly string[];
    };
    azureLines(plan: unknown, expected: readonly string[]): readonly string[];
  }>("../../.ci/apply-list.js");
  const digest = `sha256:${"a".repeat(64)}`;
  const stack = (name: string) => ({ stack: name, tenantId, domain: "contoso.com", digest, reason: "grants-change" });
  const approved = (stacks: readonly object[]) => ({
    schema: "partner-access/approved/1",
    ok: true,
    digest,
    stacks,
    problems: [],
  });

  it("is every approved stack of a real tenant, with its digest and nothing else", () => {
    const emulated = { ...stack("dev"), domain: "contoso.example" };
    expect(planApply(approved([stack("adatum"), emulated]))).toEqual({
      stacks: [{ stack: "adatum", tenantId, digest }],
      left: [],
    });
  });

  it("comes in parts of 256, and each says what the others do", () => {
    const document = approved(Array.from({ length: 600 }, (_, place) => stack(`tenant-${place}`)));
    const parts = ["", "2", "3"].map((part) => planApply(document, { part }));
    expect(parts.map(({ stacks }) => stacks.length)).toEqual([256, 256, 88]);
    expect(new Set(parts.flatMap(({ stacks }) => stacks.map((it) => it.stack))).size).toBe(600);
    for (const { stacks, left } of parts) expect(stacks.length + left.length).toBe(600);
    expect(() => planApply(document, { part: "0; id" })).toThrow("PART");
  });

  it("is nothing when nothing was approved, or a name or digest could be more than that", () => {
    expect(() => planApply({ ...approved([]), ok: false })).toThrow("nothing was approved");
    expect(() => planApply({ schema: "partner-access/up/1", ok: true, digest, stacks: [] })).toThrow(
      "nothing was approved",
    );
    expect(() => planApply(approved([stack('x"; curl evil')]))).toThrow("other characters");
    expect(() => planApply(approved([{ ...stack("x"), digest: "$(id)" }]))).toThrow("no digest");
    expect(() => planApply(approved([{ ...stack("x"), tenantId: "$(id)" }]))).toThrow("no tenant id");
  });

  it("becomes one variable a stack in an Azure pipeline, which must have been compiled with it", () => {
    const plan = planApply(approved([stack("con-to.so")]));
    expect(azureLines(plan, ["con-to.so"])).toEqual([
      `##vso[task.setvariable variable=digest_con_to_so;isOutput=true]${digest}`,
    ]);
    expect(() => azureLines(plan, ["adatum"])).toThrow("add to the parameter stacks: con-to.so");
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
