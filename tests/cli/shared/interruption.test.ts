import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { driftCommand } from "../../../cli/drift/declaration";
import { rotateCommand } from "../../../cli/rotate/declaration";
import { renewStack } from "../../../cli/rotate/renew-stack";
import { rotateStack } from "../../../cli/rotate/rotate-stack";
import type { CommandDeclaration } from "../../../cli/shared/command";
import { unlessInterrupted } from "../../../cli/shared/interruption";
import { inParallel } from "../../../cli/shared/parallel";
import { openTenant, type Tenant } from "../../../cli/shared/tenant";
import { statusCommand } from "../../../cli/status/declaration";
import { day } from "../../../model/day";
import { captureContext } from "../../support/captured-context";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { partOf } from "../../support/part-of";
import { createPublishedTenant, vaultUri } from "../../support/published-tenant";

jest.mock("../../../cli/shared/tenant");
jest.mock("../../../cli/shared/right-clock", () => ({
  openDatedTenant: (stack: string) => jest.requireMock("../../../cli/shared/tenant").openTenant(stack),
}));
jest.mock("../../../cli/rotate/rotate-stack");
jest.mock("../../../cli/rotate/renew-stack", () => ({ renewStack: jest.fn() }));
jest.mock("../../../cli/shared/every-stack", () => ({
  everyStack: () => ["a", "b", "c"],
  namedStack: (name: string) => [name],
}));
beforeEach(() => jest.resetAllMocks());

const left = (stack: string) => ({
  code: "interrupted",
  message: `${stack} was skipped: the run was interrupted`,
  fix: "Run it again.",
});

async function answerOf(
  command: CommandDeclaration,
  abort: AbortController,
  options: Record<string, string | boolean>,
) {
  const captured = captureContext({ signal: abort.signal });
  const code = await (await command.load())({ ...options, json: true }, captured.context, []);
  return { code, document: JSON.parse(captured.stdout()) };
}

describe("after Ctrl-C", () => {
  it("nothing more is begun, and what was under way keeps its answer", async () => {
    const abort = new AbortController();
    const begun: string[] = [];
    const work = async (item: string) => {
      begun.push(item);
      if (item === "b") abort.abort();
      return `${item} done`;
    };
    const skipped = (item: string) => `${item} left out`;
    const answers = await inParallel(["a", "b", "c", "d"], 1, work, { signal: abort.signal, skipped });
    expect([answers, begun]).toEqual([
      ["a done", "b done", "c left out", "d left out"],
      ["a", "b"],
    ]);
  });

  it("rotate begins no further stack, renews no sign-in, and says both", async () => {
    const abort = new AbortController();
    jest.mocked(openTenant).mockImplementation(async (stack) => partOf<Tenant>({ stack }));
    jest.mocked(rotateStack).mockImplementation(async ({ stack }) => {
      abort.abort();
      const [before, after] = ["old", "new"];
      return { stack, outcome: "rotated", reason: "due", sentence: "Due.", before, after, value: null, problems: [] };
    });
    const { code, document } = await answerOf(rotateCommand, abort, { all: true, parallel: "1", plan: true });
    const problem = left("the refresh token of a");
    expect([code, document.ok]).toEqual([1, false]);
    expect(document.stacks).toMatchObject([
      {
        stack: "a",
        outcome: "rotated",
        refreshToken: { result: "failed", sentence: problem.message },
        problems: [problem],
      },
      { stack: "b", outcome: "failed", reason: "interrupted", refreshToken: null, problems: [left("b")] },
      { stack: "c", outcome: "failed", reason: "interrupted", refreshToken: null, problems: [left("c")] },
    ]);
    expect(jest.mocked(renewStack)).not.toHaveBeenCalled();
    expect(jest.mocked(rotateStack)).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["status", statusCommand, 1],
    ["drift", driftCommand, 2],
  ] as const)("%s waits for no answer, and says which stacks it left out", async (_, run, expected) => {
    const abort = new AbortController();
    jest.mocked(openTenant).mockImplementation(() => {
      abort.abort();
      return new Promise(() => undefined);
    });
    const { code, document } = await answerOf(run, abort, { all: true });
    expect([code, document.problems]).toEqual([expected, [left("a"), left("b"), left("c")]]);
    expect(jest.mocked(openTenant)).toHaveBeenCalledTimes(1);
  });

  it("work that ends in time gives its answer, and none is begun too late", async () => {
    const work = jest.fn(async () => 1);
    expect(await unlessInterrupted(new AbortController().signal, "it", work)).toBe(1);
    await expect(unlessInterrupted(AbortSignal.abort(), "it", work)).rejects.toThrow(left("it").message);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe("a command whose service hangs ends on Ctrl-C", () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await startTestEmulator();
    await emulator.control("POST", "clock", { set: "2026-03-01T08:00:00Z" });
    const tenant = await createPublishedTenant(emulator);
    await tenant.publish(await tenant.mint(1, day("2026-03-01")));
  });
  afterAll(() => emulator.stop());

  const stack = ["-s", "dev"];
  it.each([
    [
      "graph",
      [
        ["status", ...stack, "--json"],
        ["drift", ...stack],
        ["credentials", ...stack],
        ["rotate", ...stack, "--plan"],
        ["catalog", "refresh", ...stack, "--api", "00000003-0000-0ff1-ce00-000000000000"],
      ],
    ],
    ["arm", [["preflight", ...stack]]],
    [
      "vault",
      [
        ["status", "--from-vault", vaultUri],
        ["token", ...stack],
        ["verify", ...stack],
        ["sign-in", ...stack, "--paste"],
        ["insights", "datasets", ...stack],
      ],
    ],
    ["entra", [["token", ...stack, "--flow", "app-only"]]],
    ["metadata", [["token", ...stack]]],
  ])("%s", async (service, commandLines) => {
    await emulator.control("POST", "faults", [{ service, when: "before", action: "hang" }]);
    const asked = async () =>
      (await emulator.control("GET", "journal")).filter((it: Record<string, string>) => it["service"] === service)
        .length;
    for (const argv of commandLines) {
      const before = await asked();
      const child = spawn(process.execPath, ["bin/partner-access.js", ...argv], {
        cwd: resolve(__dirname, "../../.."),
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...emulator.env, PARTNER_ACCESS_NOW: now },
      });
      let said = "";
      const hear = (text: Buffer) => (said += text.toString("utf8"));
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
      const ended = once(child, "close");
      // One at a time: a call is this command's own, which has begun to listen for signals by then.
      while ((await asked()) === before && child.exitCode === null) await new Promise((next) => setTimeout(next, 50));
      const since = performance.now();
      child.kill("SIGINT");
      const [code] = await ended;
      // A second is promised; a busy machine gets more, but less than the half minute after which the calls end by themselves.
      expect(performance.now() - since).toBeLessThan(20_000);
      expect({ argv, code: [1, 2].includes(code), said }).toEqual({
        ...{ argv, code: true },
        said: expect.stringContaining("interrupted"),
      });
    }
  });
});

const now = "2026-03-01T08:00:00Z";
