import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { everyStack } from "../../../cli/shared/every-stack";
import { inTurns } from "../../../cli/shared/in-turns";
import { readStack } from "../../../cli/shared/project";
import { runStacks } from "../../../cli/stacks/run";
import { statusesOf } from "../../../cli/status/vault-status";
import { readYaml } from "../../../configuration/yaml-text";
import { day } from "../../../model/day";
import { captureContext } from "../../support/captured-context";

function counted(module: string, name: string) {
  const actual = jest.requireActual<Record<string, () => unknown>>(module);
  return { ...actual, [name]: jest.fn(actual[name]) };
}
jest.mock("node:fs", () => counted("node:fs", "readFileSync"));
jest.mock("../../../configuration/yaml-text", () => counted("../../../configuration/yaml-text", "readYaml"));

const root = resolve(__dirname, "../../..");
const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "partner-access-many-"));
  for (const name of ["Pulumi.yaml", "access-policy.yaml"]) copyFileSync(join(root, name), join(directory, name));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const sharingAVault = (stack: string) => dev.replace("alias: contoso", `alias: ${stack}`);
const sharingAWord = (stack: string) => sharingAVault(stack).replace("readers:", '# contoso "\\x63"\n    readers:');
const withItsOwnVault = (stack: string) => dev.replace("name: fabrikam-partner-access", `name: ${stack}-vault`);
const withOneAddress = () => dev;
const broken = () => "config: [";

/** How many files are read and parsed while something looks at so many stacks. */
async function workOf(stacks: number, textOf: (stack: string) => string, look: () => Promise<unknown>) {
  for (let place = 0; place < stacks; place++)
    writeFileSync(join(directory, `Pulumi.s${place}.yaml`), textOf(`s${place}`));
  const [reads, parses] = [jest.mocked(readFileSync), jest.mocked(readYaml)];
  reads.mockClear();
  parses.mockClear();
  await look();
  return { reads: reads.mock.calls.length, parses: parses.mock.calls.length };
}

describe("a command that looks at every stack", () => {
  const place = () => captureContext({ projectDirectory: directory, env: {} }).context;

  it.each([
    ["share a vault", sharingAVault],
    ["share words that could spell each other's names", sharingAWord],
    ["have a vault each", withItsOwnVault],
    ["write the same entries", withOneAddress],
    ["are broken", broken],
  ])("reads and parses each file once, also where they %s", async (_, textOf) => {
    const work = await workOf(60, textOf, () => runStacks({ json: true }, place(), []));
    // Beside the stacks: Pulumi.yaml and the access policy, read once, and the policy parsed once.
    expect(work).toEqual({ reads: 62, parses: expect.any(Number) });
    expect(work.parses).toBeLessThanOrEqual(62);
  });

  it("reads the others once, and each stack's own file when its turn comes", async () => {
    const context = place();
    const stacks = 60;
    const work = await workOf(stacks, sharingAVault, async () => {
      for (let place = 0; place < stacks; place++) await readStack(`s${place}`, context);
    });
    expect(work.parses).toBeLessThanOrEqual(4 * stacks);
    expect(work.reads).toBeLessThanOrEqual(5 * stacks);
  });

  it("sees what a rotation has just written into its own file", async () => {
    const context = place();
    writeFileSync(join(directory, "Pulumi.s0.yaml"), sharingAVault("s0"));
    expect((await readStack("s0", context)).rotation.request).toBeUndefined();
    writeFileSync(join(directory, "Pulumi.s0.yaml"), `${sharingAVault("s0")}    request: leaked\n`);
    expect((await readStack("s0", context)).rotation.request).toBe("leaked");
  });

  it("names the stacks there are, where one has no file", async () => {
    writeFileSync(join(directory, "Pulumi.s0.yaml"), dev);
    await expect(readStack("s1", place())).rejects.toThrow("did you mean s0");
    await expect(readStack("../s0", place())).rejects.toThrow("Pulumi.../s0.yaml does not exist");
  });

  it("leaves out a thousand stacks of the emulator without comparing each with each", () => {
    for (let place = 0; place < 30; place++) writeFileSync(join(directory, `Pulumi.s${place}.yaml`), dev);
    writeFileSync(join(directory, "Pulumi.real.yaml"), dev.replace("contoso.example", "contoso.onmicrosoft.com"));
    expect(everyStack(place())).toEqual(["real"]);
  });
});

describe("work that waits for nothing", () => {
  it("obeys the signal soon", async () => {
    const stop = new AbortController();
    let done = 0;
    const busy = () => {
      done++;
      for (const endsAt = performance.now() + 20; performance.now() < endsAt; );
    };
    setTimeout(() => stop.abort(), 1);
    await expect(inTurns(Array(1000).fill(0), "the rest", stop.signal, busy)).rejects.toThrow(
      "the rest was skipped: the run was interrupted",
    );
    expect(done).toBeLessThan(20);
  });

  it("is done in order", async () => {
    const { signal } = new AbortController();
    expect(await inTurns([1, 2, 3], "the rest", signal, (it) => it * 2)).toEqual([2, 4, 6]);
  });
});

describe("the alarm over a vault", () => {
  it.each([
    [
      ["x", "x-"],
      ["xclient-secret", "x-client-secret"],
    ],
    [
      ["", "client-secret-"],
      ["client-secret", "client-secret-client-secret"],
    ],
    [
      ["x-", "y-"],
      ["x", "y"],
    ],
    [[""], ["client-secret"]],
  ])("gives the deployments of the prefixes %j a name each", (prefixes, names) => {
    const tags = { managedBy: "partner-insights-access" };
    const entries = prefixes.map((prefix) => ({ name: `${prefix}client-id`, tags, isEnabled: true }));
    const statuses = statusesOf(entries as never, day("2026-03-01"), "https://v.example");
    expect(statuses.map(({ stack }) => stack)).toEqual(names);
  });

  it("looks at each entry a few times, however many there are", () => {
    const looksAt = (deployments: number) => {
      let looks = 0;
      const entries = Array.from({ length: 3 * deployments }, (_, place) => ({
        get name() {
          looks++;
          return `d${place % deployments}-${["client-id", "client-secret", "refresh-token"][Math.floor(place / deployments)]}`;
        },
        tags: { managedBy: "partner-insights-access" },
        expiresOn: undefined,
        isEnabled: true,
      }));
      expect(statusesOf(entries as never, day("2026-03-01"), "https://v.example")).toHaveLength(deployments);
      return looks / entries.length;
    };
    expect(looksAt(400)).toBeLessThanOrEqual(looksAt(40));
  });
});
