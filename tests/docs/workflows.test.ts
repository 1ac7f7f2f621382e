import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { operationNames } from "../../cli/ci/operate";
import { commands } from "../../cli/commands";
import { readPipeline } from "../../cli/onboard/pipelines";
import { engineVersion } from "../../offline/engine/versions";
import { azureProblems, azureStarts } from "./azure-lint";
import { githubProblems, githubRules } from "./github-lint";
import { azureFile, ciRun, githubFile, githubNames, names, root } from "./workflow-files";

/** The service connection to a stack's vault: the usual one, or the one that the pipeline's parameter names. */
const vaultConnection = (stack: string) =>
  `azureSubscription: \${{ coalesce(parameters.vaultConnections[${stack}], 'partner-access-vault') }}`;
const every = [...githubNames.map(githubFile), ...names.map(azureFile)].join("\n");

describe("the workflows that run with an identity", () => {
  it("are all known, in both systems", () => {
    const filesOf = (known: readonly string[]) => known.map((name) => `${name}.yml`).sort();
    expect(readdirSync(join(root, ".github/workflows")).sort()).toEqual(filesOf(githubNames));
    expect(readdirSync(join(root, "azure-pipelines")).sort()).toEqual(filesOf(names));
  });

  it.each(githubNames)("keep %s to the rules on GitHub", (name) => {
    expect(githubProblems(githubFile(name), githubRules[name])).toEqual([]);
  });

  it.each(names)("keep %s to the rules on Azure DevOps", (name) => {
    expect(azureProblems(azureFile(name), azureStarts[name])).toEqual([]);
  });

  it("run commands and options that exist", () => {
    const lines = every.replace(/ \\\n\s*/g, " ").split("\n");
    const calls = lines.flatMap((line) => [
      ...line.matchAll(/npm run --silent partner-access -- ((?:ci )?[a-z-]+)([^\n|>]*)/g),
    ]);
    expect(calls.length).toBeGreaterThanOrEqual(30);
    for (const [, name, rest = ""] of calls) {
      const command = commands.find((entry) => entry.name === name);
      const known = (command?.options ?? []).flatMap(({ flags }) => flags.match(/(?<![\w-])-{1,2}[a-z-]+/g) ?? []);
      expect({ name, known }).toEqual({
        name,
        known: expect.arrayContaining(rest.match(/(?<![\w"-])-{1,2}[a-z-]+/g) ?? []),
      });
    }
  });

  it("install the engine this project is written for", () => {
    for (const name of ["rotate", "apply", "operate"]) {
      expect(githubFile(name)).toContain(
        `PULUMI_VERSION: ${engineVersion}\n        run: npm run --silent partner-access -- ci install-pulumi`,
      );
      expect(azureFile(name)).toContain(`pulumiVersion: ${engineVersion}`);
      expect(azureFile(name)).toContain("bash: npm run --silent partner-access -- ci install-pulumi");
    }
  });

  it("use no release of an action that runs on Node 20, which GitHub takes away", () => {
    // The first releases on Node 24, by their own notes; each hash stands beside its version.
    const first: Readonly<Record<string, number>> = {
      "azure/login": 3,
      "actions/upload-artifact": 6,
      "actions/download-artifact": 7,
      "actions/setup-go": 6,
    };
    const used = [...every.matchAll(/uses: ([\w./-]+)@[0-9a-f]{40} # v(\d+)/g)];
    const old = used.filter(([, action = "", major]) => Number(major) < (first[action] ?? 0));
    expect(old.map(([line]) => line)).toEqual([]);
    expect(used.map(([, action]) => action)).toEqual(expect.arrayContaining(Object.keys(first)));
  });

  it("store no secret in either system", () => {
    expect(every.replace(/SYSTEM_ACCESSTOKEN/g, "")).not.toMatch(
      /secrets\.[A-Z]|CLIENT_SECRET|ACCESS_TOKEN|STORAGE_KEY|SAS_TOKEN/,
    );
  });

  it("check and test every pull request with the script that a submission must pass", () => {
    const { jobs } = parse(githubFile("ci")) as { jobs: Record<string, { steps: readonly { run?: string }[] }> };
    const runs = Object.values(jobs).map(({ steps }) => steps.at(-1)?.run);
    expect(runs).toEqual(["npm run check", "bash .ci/run"]);
    for (const command of ["npm ci", "npm start", "npm run check", "npm test"]) {
      expect(ciRun).toContain(`\n${command}\n`);
    }
  });

  it("release with provenance and without a stored token, the emulator before the package that depends on it", () => {
    const { jobs } = parse(githubFile("release")) as { jobs: { publish: { steps: readonly { run?: string }[] } } };
    const script = jobs.publish.steps.at(-1)?.run ?? "";
    expect(script).toContain('npm publish "$file" --provenance');
    const names = ["tokens/", "offline/", ""].map(
      (folder) => JSON.parse(readFileSync(join(root, `${folder}package.json`), "utf8")).name,
    );
    expect(/for name in (.*); do/.exec(script)?.[1]?.split(" ")).toEqual(names);
    expect(githubFile("release")).not.toMatch(/NODE_AUTH_TOKEN|NPM_TOKEN|_authToken/);
  });

  it("propose updates of packages, actions and the engine, each after some days of wear", () => {
    const { updates } = parse(readFileSync(join(root, ".github/dependabot.yml"), "utf8")) as {
      updates: readonly { "package-ecosystem": string; directory: string; cooldown: { "default-days": number } }[];
    };
    expect(updates.map((update) => [update["package-ecosystem"], update.directory])).toEqual([
      ["npm", "/"],
      ["github-actions", "/"],
      ["gomod", "/offline/engine"],
    ]);
    expect(updates.every(({ cooldown }) => cooldown["default-days"] >= 7)).toBe(true);
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
    const own = (name: string): readonly string[] =>
      githubFile(name).match(/(?<=client-id: .*|ARM_CLIENT_ID: .*)\b(vars|matrix)\.\w+/g) ?? [];
    expect(own("rotate")).toEqual(["vars.ROTATOR_CLIENT_ID", "matrix.vaultClientId"]);
    expect(own("apply")).toEqual(["vars.DEPLOYER_CLIENT_ID", "matrix.vaultClientId"]);
    // A person chooses one of the two, and the environment goes with the identity.
    expect(own("operate").slice(0, 3)).toEqual([
      "vars.DEPLOYER_CLIENT_ID",
      "vars.ROTATOR_CLIENT_ID",
      "matrix.vaultClientId",
    ]);
    expect(own("drift")).toEqual(["vars.DRIFT_CLIENT_ID", "vars.DRIFT_VAULT_CLIENT_ID"]);
  });

  it("sign in to each stack's own vault, because one application is trusted by few stacks", () => {
    for (const name of ["rotate", "apply", "drift", "operate"]) {
      expect(githubFile(name)).toContain(`tenant-id: \${{ matrix.vaultTenantId }}`);
      expect(githubFile(name)).not.toMatch(/vars\.VAULT_(CLIENT|TENANT)_ID/);
    }
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
      expect(azureFile(name)).toContain(vaultConnection("stack"));
      expect(onAzure).toContain(`the service connection partner-access-${name}-contoso in fabrikam/access`);
    }
    expect(onAzure).toContain("the service connection partner-access-vault in fabrikam/access");
    const chosen = "inputs.as == 'deployer' && 'apply' || 'rotate'";
    expect(githubFile("operate").split(`environment: \${{ ${chosen} }}-\${{ matrix.stack }}`)).toHaveLength(3);
    const role = "replace(replace(parameters.as, 'rotator', 'rotate'), 'deployer', 'apply')";
    const connection = `azureSubscription: partner-access-\${{ ${role} }}-\${{ parameters.stack }}`;
    expect(azureFile("operate").split(connection)).toHaveLength(3);
    expect(azureFile("operate").split(vaultConnection("parameters.stack"))).toHaveLength(3);
  });

  it("offer a person the same commands in both, the rotator first, and each is known to the script", () => {
    type Inputs = Record<string, { options: readonly string[]; default?: string; required?: boolean }>;
    const { on } = parse(githubFile("operate")) as { on: { workflow_dispatch: { inputs: Inputs } } };
    const { parameters } = parse(azureFile("operate")) as {
      parameters: readonly { name: string; values?: readonly string[]; default?: unknown }[];
    };
    const { command, as } = on.workflow_dispatch.inputs;
    const of = (name: string) => parameters.find((parameter) => parameter.name === name);
    expect(Object.keys(on.workflow_dispatch.inputs)).toEqual(["stack", "command", "as", "reason", "lock", "digest"]);
    expect(command?.options).toEqual(of("command")?.values);
    expect([as?.options, as?.default]).toEqual([["rotator", "deployer"], "rotator"]);
    expect([of("as")?.values, of("as")?.default]).toEqual([["rotator", "deployer"], "rotator"]);
    expect([...operationNames].sort()).toEqual([...(command?.options ?? [])].sort());
  });

  it("take an apply's digest from the command that reads the check, and hand it to up", () => {
    for (const file of [githubFile("apply"), azureFile("apply")]) {
      expect(file).toMatch(
        /approved --commit .* --json >[\s\S]*up -s "\$STACK" --preflight --expect-digest "\$DIGEST" --yes/,
      );
    }
  });

  it("judge a merge with the default branch's code, never with that of the commit somebody names", () => {
    type Steps = readonly { uses?: string; run?: string; with?: { ref?: string } }[];
    const { jobs } = parse(githubFile("apply")) as { jobs: { list: { if: string; steps: Steps } } };
    const [checkout] = jobs.list.steps;
    expect(checkout?.with?.ref).toBe("$" + "{{ github.event.repository.default_branch }}");
    for (const name of ["apply", "operate"]) {
      expect(githubFile(name)).toContain(
        "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)",
      );
    }
    // On Azure DevOps the same, before anything of the checkout runs.
    const list =
      azureFile("apply")
        .split("- stage: list")[1]
        ?.split("- $" + "{{ each")[0] ?? "";
    const [first = "", ...others] = list.split(/(?=git checkout --quiet --detach refs\/remotes\/origin\/main)/);
    expect(others).toHaveLength(1);
    expect(first).not.toMatch(/npm ci|npm run/);
    expect(others[0]).toMatch(/npm ci[\s\S]*approved --commit "\$BUILD_SOURCEVERSION"[\s\S]*ci apply-list/);
  });

  it("name a branch in full, because a tag of the same name would be taken first", () => {
    expect(every).toMatch(/refs\/remotes\/origin\//);
    expect(every).not.toMatch(/(?<!refs\/remotes\/)\borigin\/\S/);
  });

  it("check out what is newest for an apply that waited, never an old merge", () => {
    const { jobs } = parse(githubFile("apply")) as {
      jobs: { apply: { steps: readonly { uses?: string; with?: { ref?: string } }[] } };
    };
    const checkout = jobs.apply.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkout?.with?.ref).toBe("$" + "{{ github.event.repository.default_branch }}");
  });
});
