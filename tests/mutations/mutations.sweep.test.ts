import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { swept } from "../support/sweep";
import { mutations as all, type Mutation } from "./mutations";

const mutations = swept(all);

const root = resolve(__dirname, "../..");
const UNCHANGED = "unchanged";

interface Outcome {
  readonly broken?: string;
  readonly tests: readonly { readonly fullName: string; readonly status: string; readonly why: string }[];
}

jest.setTimeout(900_000);

describe("our own code broken on purpose", () => {
  let outcomes: Readonly<Record<string, Outcome>>;
  beforeAll(async () => {
    outcomes = await runChecks(mutations);
  });

  it("passes its checks while nothing is broken", () => {
    for (const { caughtBy } of mutations) {
      expect(named(outcomes[`${UNCHANGED} ${caughtBy.file}`], caughtBy.test)).toEqual([
        expect.objectContaining({ status: "passed" }),
      ]);
    }
  });

  it.each(mutations)("is caught: $name", ({ name, caughtBy }) => {
    const outcome = outcomes[name];
    // A mutant that does not even load proves nothing about the test.
    expect(outcome?.broken).toBeUndefined();
    expect(named(outcome, caughtBy.test)).toEqual([expect.objectContaining({ status: "failed" })]);
    expect(named(outcome, caughtBy.test)[0]?.why).not.toMatch(/SyntaxError|ReferenceError|does not apply/);
  });
});

function named(outcome: Outcome | undefined, test: string) {
  return (outcome?.tests ?? []).filter(({ fullName }) => fullName.includes(test));
}

/** Runs every named check once as it is and once for each mutation, all in one Jest with a project for each. */
async function runChecks(list: readonly Mutation[]): Promise<Readonly<Record<string, Outcome>>> {
  const folder = mkdtempSync(join(tmpdir(), "partner-access-mutations-"));
  try {
    const output = join(folder, "outcomes.json");
    const files = [...new Set(list.map(({ caughtBy }) => caughtBy.file))];
    const projects = [
      ...files.map((file) => project(`${UNCHANGED} ${file}`, file, undefined)),
      ...list.map((mutation) => project(mutation.name, mutation.caughtBy.file, mutation)),
    ];
    const reporters = [[join(__dirname, "outcome-reporter.js"), { file: output }]];
    const config = join(folder, "jest.config.json");
    writeFileSync(config, JSON.stringify({ rootDir: root, maxWorkers: 2, reporters, projects }));
    const checks = [...new Set(list.map(({ caughtBy }) => escaped(caughtBy.test)))].join("|");
    const said = await runJest(["--config", config, "--testNamePattern", checks]);
    return readOutcomes(output, said);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A Jest project as the suite's own, but for the mutation. */
function project(displayName: string, file: string, mutation: Mutation | undefined) {
  const { pattern, swc, transformIgnorePatterns } = ownTransform();
  const mutated = mutation && { ...mutation, file: join(root, mutation.file) };
  return {
    displayName,
    rootDir: root,
    testEnvironment: "node",
    testMatch: [`<rootDir>/${file}`],
    transform: { [pattern]: [join(__dirname, "mutating-transform.js"), { swc, mutation: mutated }] },
    transformIgnorePatterns,
  };
}

/** How the suite itself is transpiled: its one transform, with a copy of its options. */
function ownTransform() {
  const { projects } = jest.requireActual<{ projects: readonly OwnProject[] }>("../../jest.config.js");
  const { transform = {}, transformIgnorePatterns = [] } = projects[0] ?? {};
  const [[pattern, [, options]] = ["", ["", {}]]] = Object.entries(transform);
  return { pattern, swc: structuredClone(options), transformIgnorePatterns };
}

interface OwnProject {
  readonly transform: Readonly<Record<string, readonly [string, object]>>;
  readonly transformIgnorePatterns: readonly string[];
}

function runJest(argv: readonly string[]): Promise<string> {
  const { JEST_WORKER_ID: _worker, ...env } = process.env;
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(root, "node_modules/jest/bin/jest.js"), ...argv], { cwd: root, env });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    child.on("error", failed);
    child.on("close", () => done(said));
  });
}

function readOutcomes(file: string, said: string): Readonly<Record<string, Outcome>> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Error(`Jest did not run the mutations: ${said.slice(-2000)}`);
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
