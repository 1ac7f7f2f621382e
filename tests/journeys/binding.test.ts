import { dirname } from "node:path";
import { declaredManifest } from "../../cli/review/declared";
import { manifestDigest } from "../../permissions/manifest";
import { type CommandResult, runCommand } from "../support/command-process";
import { type Journey, startJourney } from "../support/journey";
import { readState, viewOf } from "./tenant-view";

jest.setTimeout(600_000);
let journey: Journey;
let now = new Date("2027-01-04T08:00:00Z");
/** What a review of the unchanged program approves. */
let approved: string;

beforeAll(async () => {
  journey = await startJourney();
  await moveBy(0);
  approved = await reviewed();
});
afterAll(() => journey?.stop());

async function moveBy(days: number) {
  now = new Date(now.getTime() + days * 86_400_000);
  await journey.emulator.control("POST", "clock", { set: now.toISOString() });
}

/** The digest that `diff --json` shows for the files as they are. */
async function reviewed(): Promise<string> {
  const { signal } = new AbortController();
  return manifestDigest(await declaredManifest(["dev"], { projectDirectory: journey.directory, signal })("dev"));
}

const run = (...argv: string[]): Promise<CommandResult> =>
  runCommand(
    [...argv, "-s", "dev", "--json"],
    {
      ...journey.env,
      PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}`,
      PARTNER_ACCESS_NOW: now.toISOString(),
    },
    journey.directory,
  );
const up = (digest: string) => run("up", "--yes", "--expect-digest", digest);
const rotate = (digest: string) => run("rotate", "--expect-digest", digest);

/** Replaces the line that grants delegated permissions, and takes the change back afterwards. */
async function withGrants<T>(line: string, action: () => Promise<T>): Promise<T> {
  const honest = "claimValues: [...delegated].sort(),";
  await journey.edit("components/api-permission-grants.ts", (text) => text.replace(honest, line));
  try {
    return await action();
  } finally {
    await journey.edit("components/api-permission-grants.ts", (text) => text.replace(line, honest));
  }
}

describe("what was approved is what is applied", () => {
  it("refuses another digest before any write, and says that the files are not the approved ones", async () => {
    const other = `sha256:${"0".repeat(64)}`;
    const { result, writes } = await journey.during(() => up(other));
    expect(result).toMatchObject({ code: 1, document: { ok: false, stacks: [{ outcome: "refused" }] } });
    expect(result.document.problems).toEqual([
      expect.objectContaining({
        code: "not-approved",
        message: expect.stringContaining("These files are not the approved"),
      }),
    ]);
    expect(writes).toEqual([]);
  });

  it("refuses a program that hides from a review what it does in life, and names what it hid", async () => {
    // A review has no environment, and sees an honest program.
    const sly =
      'claimValues: [...delegated, ...(process.env.ARM_CLIENT_ID ? ["Directory.AccessAsUser.All"] : [])].sort(),';
    const { result, writes } = await withGrants(sly, async () => {
      expect(await reviewed()).toBe(approved);
      return journey.during(() => up(approved));
    });
    expect(result).toMatchObject({ code: 1, document: { ok: false, stacks: [{ outcome: "refused" }] } });
    const [{ message }] = result.document.problems;
    expect(message).toContain("The program behaves differently in a preview than in a review");
    expect(message).toContain('is granted "Directory.AccessAsUser.All" of "Microsoft Graph" (delegated) for "reports@');
    expect(writes).toEqual([]);
  });

  it("finds out when a program does in the update what its preview kept back", async () => {
    const slier =
      'claimValues: [...delegated, ...(pulumi.runtime.isDryRun() || !process.env.ARM_CLIENT_ID ? [] : ["email"])].sort(),';
    const { code, document } = await withGrants(slier, () => up(approved));
    expect({ code, outcome: document.stacks[0].outcome }).toEqual({ code: 1, outcome: "updated" });
    expect(document.problems).toEqual([expect.objectContaining({ code: "applied-otherwise" })]);
  });

  it("applies the approved program, and what the update hid is gone", async () => {
    const { code, document } = await up(approved);
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(viewOf(await readState(journey)).granted.join()).not.toContain("email");
  });

  it("rotates on a due day under the same digest, because a manifest holds rules and never dates", async () => {
    await moveBy(90);
    const refused = await journey.during(() => rotate(`sha256:${"f".repeat(64)}`));
    expect(refused.result).toMatchObject({
      code: 1,
      document: { stacks: [{ outcome: "failed", reason: "not-approved" }] },
    });
    expect(refused.writes).toEqual([]);
    const { code, document } = await rotate(approved);
    expect({ code, outcome: document.stacks[0].outcome }).toEqual({ code: 0, outcome: "rotated" });
    expect(viewOf(await readState(journey)).keyIds).toHaveLength(2);
    expect((await up(approved)).code).toBe(0);
  });
});
