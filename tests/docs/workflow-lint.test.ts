import { headFiles } from "../../cli/review/review-records";
import { azureProblems } from "./azure-lint";
import { githubProblems, githubRules } from "./github-lint";
import { azure, azureFile, github, githubFile } from "./workflow-files";

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
    [
      "the code of a commit that a person names",
      "persist-credentials: false",
      "ref: $" + "{{ inputs.commit || github.sha }}\n          persist-credentials: false",
      /a person names/,
    ],
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
    [
      "a download of its own",
      "npm run --silent partner-access -- ci install-pulumi",
      "wget https://example.com/pulumi",
      /downloads by itself/,
    ],
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
    [
      "a sign-in that needs a subscription",
      "allowNoSubscriptions: true",
      "allowNoSubscriptions: false",
      /without a subscription/,
    ],
    ["a token that is kept", "$AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "$idToken", /ends after ten minutes/],
    ["artifacts that nobody asked for", "- download: none\n", "- bash: 'true'\n", /downloads every artifact/],
    [
      "a download of its own",
      "npm run --silent partner-access -- ci install-pulumi",
      "curl -fsSLO https://example.com/pulumi",
      /downloads by itself/,
    ],
    ["an expression in a script", '-s "$STACK"', '-s "$' + '{{ stack }}"', /expression/],
    ["a token left in the checkout", "persistCredentials: false", "persistCredentials: true", /leaves its token/],
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
    // Where a checkout came without files (a filter on its history), git can give these only.
    expect(list.trim().split(/\s+/)).toEqual([...headFiles, "Pulumi.yaml", "Pulumi.*.yaml"].map((path) => `/${path}`));
  });

  it.each([
    ["from a branch", '  push:\n    tags: ["v*"]', "  push:\n    branches: [main]", /not limited to tags/],
    ["by hand", "  push:\n", "  workflow_dispatch:\n  push:\n", /trigger workflow_dispatch/],
    ["without reviewers", "environment: release", "environment: other", /own environment/],
    ["beside another release", "group: release", "group: all", /own queue/],
    [
      "with the right to write",
      "contents: read\n      id-token",
      "contents: write\n      id-token",
      /more than it needs/,
    ],
    ["what the same job builds", 'file="packages/', 'npm ci --ignore-scripts; file="packages/', /builds in the job/],
  ])("refuse a release %s", (_, from, to, problem) => {
    expect(change("release", from, to)).toMatch(problem);
  });

  it("keep signing in and writing to the repository apart", () => {
    const both = "      contents: read\n      id-token: write\n";
    expect(change("drift", both, `${both}      issues: write\n`)).toMatch(/with the same job/);
    expect(change("alarm", "environment: alarm", "environment: rotate-x")).toMatch(/own environment/);
  });

  it.each([
    [
      "a queue for what must stop now",
      "    # In no queue, on purpose",
      "    concurrency: x\n    # In no queue",
      /stop: waits behind/,
    ],
    [
      "a command beside the queue",
      "partner-access -- stop -s",
      "partner-access -- resume -s",
      /stop: runs more than its/,
    ],
    [
      "a second command there",
      '"$STACK" --yes',
      '"$STACK" --yes; npm run --silent partner-access -- ci operate',
      /stop: runs more than its/,
    ],
    ["a schedule", "  workflow_dispatch:", "  schedule: []\n  workflow_dispatch:", /trigger schedule/],
    ["another queue", "group: stack-", "group: operate-", /operate: not in the stack's own queue/],
    [
      "a step that runs after nothing ran",
      "if: always() && steps.run.outcome != 'skipped'",
      "if: always()",
      /after one that never started/,
    ],
    ["dropped runs", "queue: max", "queue: single", /operate: a run that waits/],
    [
      "a reason in a script",
      "run: npm run --silent partner-access -- ci operate",
      `run: npm run --silent partner-access -- ci operate ${expression("inputs.reason")}`,
      /expression/,
    ],
  ])("refuse, where a person runs a command, %s", (_, from, to, problem) => {
    expect(change("operate", from, to)).toMatch(problem);
  });

  it.each([
    [
      "a sign-in outside of the queue",
      "          - deployment: operate",
      "          - job: operate",
      /outside of the stack's own/,
    ],
    ["dropped runs", "lockBehavior: sequential", "lockBehavior: runLatest", /dropped/],
    [
      "a command beside the queue",
      "partner-access -- stop -s",
      "partner-access -- resume -s",
      /stop: runs more than its/,
    ],
    ["a schedule", "trigger: none", "trigger: none\nschedules: [{ cron: x, always: true }]", /by a schedule/],
    ["a push", "trigger: none", "trigger: [main]", /pushes/],
    [
      "a step that runs after nothing ran",
      "condition: and(always(), eq(variables.commandStarted, 'true'))",
      "condition: always()",
      /after a step that never started/,
    ],
    [
      "a macro in a script",
      "npm run --silent partner-access -- ci operate",
      'npm run --silent partner-access -- ci operate "$(x)"',
      /macro/,
    ],
  ])("refuse it on Azure DevOps too: %s", (_, from, to, problem) => {
    const text = azureFile("operate");
    expect(text).toContain(from);
    expect(azureProblems(text.replace(from, to), "person").join("\n")).toMatch(problem);
  });

  it.each([
    ["access-review", "    branches: [main]\n", "", /pull_request is not limited/],
    ["apply", "    branches: [main]\n", "    branches: [main, 'release/**']\n", /push is not limited/],
  ] as const)("refuse a trigger of %s for every branch", (name, from, to, problem) => {
    const text = githubFile(name);
    expect(text).toContain(from);
    expect(githubProblems(text.replace(from, to), githubRules[name]).join("\n")).toMatch(problem);
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
