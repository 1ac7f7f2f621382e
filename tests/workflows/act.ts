import { spawn, spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../docs/workflow-files";

/** What a workflow did. */
export interface WorkflowRun {
  readonly status: number | null;
  /** Everything that its steps printed, without the prefixes of the runner. */
  readonly log: string;
  /** Jobs by their names, with what became of them. */
  readonly jobs: Readonly<Record<string, "success" | "failure">>;
}

/** What a run needs besides its event. */
export interface Runner {
  /** The repository whose workflows run. */
  readonly repository: string;
  /** Its working files; gone with the test. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  readonly token: string;
}

const actions: Readonly<Record<string, string>> = {
  "actions/checkout": "checkout",
  "actions/setup-node": "setup-node",
  "azure/login": "login",
  "actions/upload-artifact": "upload-artifact",
  "actions/download-artifact": "download-artifact",
};

/** Where `act` is: ACT, or on PATH. */
export function findAct(): string {
  const act = process.env["ACT"] ?? "act";
  if (spawnSync(act, ["--version"]).status === 0) return act;
  throw new Error(
    "the workflows run with act, which was not found. Install it: go install github.com/nektos/act@v0.2.89, and put it on PATH, or its path into ACT",
  );
}

/** Runs one workflow on this machine, without containers. Actions of others are replaced by those in `actions/` beside this file. */
export async function runWorkflow(
  runner: Runner,
  workflow: string,
  eventName: string,
  event: object,
): Promise<WorkflowRun> {
  const file = (name: string) => join(runner.folder, name);
  await mkdir(file("cache"), { recursive: true });
  await writeFile(file("event.json"), JSON.stringify(event));
  await writeFile(file("env"), variableFile(runner.env));
  await writeFile(file("vars"), variableFile(runner.vars));
  const text = await readFile(join(runner.repository, `.github/workflows/${workflow}.yml`), "utf8");
  const argv = [
    eventName,
    ...["--workflows", `.github/workflows/${workflow}.yml`],
    ...["--directory", runner.repository, "--eventpath", file("event.json")],
    ...["--env-file", file("env"), "--var-file", file("vars"), "--secret-file", file("none")],
    ...["--platform", "ubuntu-24.04=-self-hosted", "--no-skip-checkout", "--json", "--no-cache-server"],
    ...localActions(text),
  ];
  const env = {
    PATH: runner.env["PATH"],
    HOME: runner.folder,
    XDG_CACHE_HOME: file("cache"),
    // As a variable, because an argument is seen by everybody on the machine.
    GITHUB_TOKEN: runner.token,
  };
  return await new Promise((done, fail) => {
    const child = spawn(findAct(), [...argv, "--secret", "GITHUB_TOKEN"], { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      stdout += part;
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      stderr += part;
    });
    child.on("error", fail);
    child.on("close", (status) => done({ status, ...readLog(`${stdout}\n${stderr}`) }));
  });
}

/** Every action that the workflow names, at the commit it names, replaced by ours; an action without a stand-in is an error. */
function localActions(text: string): readonly string[] {
  const used = new Set(
    [...text.matchAll(/uses: ([\w./-]+)@([0-9a-f]{40})/g)].map(([, name, commit]) => `${name}@${commit}`),
  );
  return [...used].flatMap((use) => {
    const stand = actions[use.slice(0, use.indexOf("@"))];
    if (stand === undefined) throw new Error(`tests/workflows/actions has no stand-in for ${use}`);
    return ["--local-repository", `${use}=${join(root, "tests/workflows/actions", stand)}`];
  });
}

function variableFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join("");
}

interface Entry {
  readonly job?: string;
  readonly msg?: string;
  readonly jobResult?: "success" | "failure";
}

/** The runner writes the workflow's name before the job's, and blanks behind it so that names line up. */
const nameOf = (job: string) => job.slice(job.indexOf("/") + 1).trim();

function readLog(text: string): Pick<WorkflowRun, "log" | "jobs"> {
  const entries = text.split("\n").map((line): Entry => {
    try {
      return JSON.parse(line) as Entry;
    } catch {
      return { msg: line };
    }
  });
  const jobs = entries.flatMap(({ job, jobResult }) => (job && jobResult ? [[nameOf(job), jobResult] as const] : []));
  return { log: entries.map(({ msg = "" }) => msg.trimEnd()).join("\n"), jobs: Object.fromEntries(jobs) };
}
