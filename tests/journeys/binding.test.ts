import { readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { declaredManifest } from "../../cli/review/declared";
import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { pipelineSubjects } from "../../offline/emulator/seed/seed";
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

const run = (argv: readonly string[], changes: Record<string, string | undefined> = {}): Promise<CommandResult> =>
  runCommand(
    [...argv, "-s", "dev", "--json"],
    {
      ...journey.env,
      PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}`,
      PARTNER_ACCESS_NOW: now.toISOString(),
      ...changes,
    },
    journey.directory,
  );
const up = (digest: string) => run(["up", "--yes", "--expect-digest", digest]);
const rotate = (digest: string, changes = {}) => run(["rotate", "--expect-digest", digest], changes);

/** Another identity, which may read applications and no user. The vault's identity trusts its pipeline too. */
async function asRotator(): Promise<Record<string, string | undefined>> {
  const subject = pipelineSubjects.rotator;
  const path = `/v1.0/applications(appId='${homeTenant.deployer.clientId}')/federatedIdentityCredentials`;
  const issuer = `${journey.emulator.origin}/_issuer`;
  const body = { name: "rotation", issuer, subject, audiences: ["api://AzureADTokenExchange"] };
  expect(await journey.emulator.call("POST", path, { as: "home-administrator", body })).toMatchObject({ status: 201 });
  return {
    ARM_CLIENT_ID: partnerTenant.rotator.clientId,
    ARM_CLIENT_SECRET: undefined,
    ARM_USE_OIDC: "true",
    ARM_OIDC_TOKEN: await journey.emulator.issuePipelineToken(subject),
  };
}

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

  it("refuses a program that grants to others and remembers them under the approved names", async () => {
    const directory = "components/directory.ts";
    const [user, api] = [partnerTenant.administrator.objectId, "c0ffee00-0000-4000-8000-"];
    // Grants and memory follow the same false answers, so the manifest reads as approved.
    const lies = [
      ['user?.objectId ?? ""', `process.env.ARM_CLIENT_ID ? "${user}" : user?.objectId ?? ""`],
      [
        "seen?.get(clientId)?.objectId;",
        `process.env.ARM_CLIENT_ID ? "${api}" + clientId.slice(-12) : seen?.get(clientId)?.objectId;`,
      ],
    ] as const;
    for (const [honest, lie] of lies) await journey.edit(directory, (text) => text.replace(honest, lie));
    const { result, writes } = await journey.during(() => up(approved));
    for (const [honest, lie] of lies) await journey.edit(directory, (text) => text.replace(lie, honest));
    expect(result).toMatchObject({ code: 1, document: { ok: false, stacks: [{ outcome: "refused" }] } });
    const { problems } = result.document;
    expect(new Set(problems.map(({ code }: { code: string }) => code))).toEqual(new Set(["not-approved"]));
    const messages = problems.map(({ message }: { message: string }) => message).join("\n");
    expect(messages).toContain(`"${user}" for "reports@contoso.example", but the tenant has no user of that id`);
    expect(messages).toMatch(
      new RegExp(`"${api}\\S+" for the API \\S+, but in the tenant its service principal is \\S+:`),
    );
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
    // The rotator may not ask who the reporting user is: the state says the same as the preview.
    const { result, calls } = await journey.during(async () => rotate(approved, await asRotator()));
    const { code, document } = result;
    expect(calls).toContainEqual(
      expect.objectContaining({ path: expect.stringContaining(partnerTenant.reportingUser.objectId), status: 403 }),
    );
    expect({ code, outcome: document.stacks[0].outcome }).toEqual({ code: 0, outcome: "rotated" });
    expect(viewOf(await readState(journey)).keyIds).toHaveLength(2);
    expect((await up(approved)).code).toBe(0);
  });
});

describe("no command goes around what was approved", () => {
  const recover = (...argv: string[]) => run(["recover", ...argv]);
  const stackFile = () => readFileSync(join(journey.directory, "Pulumi.dev.yaml"), "utf8");
  const loseState = () => rm(join(journey.leftovers, "state/.pulumi"), { recursive: true });
  const isRefused = ({ result, writes }: { result: CommandResult; writes: readonly unknown[] }, words: string) => {
    expect({ code: result.code, problems: result.document.problems }).toEqual({
      code: 1,
      problems: [expect.objectContaining({ code: "not-approved", message: expect.stringContaining(words) })],
    });
    expect(writes).toEqual([]);
  };

  it("recovers without an approval where the state grants all of it already", async () => {
    const { result, writes } = await journey.during(() => recover());
    expect([result.code, result.document.stacks[0].outcome, writes]).toEqual([0, "nothing-to-do", []]);
  });

  it("does not recover what was merged and never approved, and recovers it with the digest that was approved", async () => {
    const before = stackFile();
    writeFileSync(
      join(journey.directory, "Pulumi.dev.yaml"),
      before.replace("kind: user\n", "kind: tenant\n    reason: Everyone reports.\n"),
    );
    expect(stackFile()).not.toBe(before);
    isRefused(await journey.during(() => recover()), "widens the consent");
    isRefused(await journey.during(() => recover("--expect-digest", approved)), "These files are not the approved");
    const { code, document } = await recover("--expect-digest", await reviewed());
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0].changes).not.toEqual([]);
    writeFileSync(join(journey.directory, "Pulumi.dev.yaml"), before);
    // Less is not granted either: taking it back waits for an approval too.
    isRefused(await journey.during(() => recover()), "narrows the consent");
    expect((await up(approved)).code).toBe(0);
  });

  it("builds no state that leads to more than what lives, and one that leads to the same", async () => {
    const before = stackFile();
    await loseState();
    await journey.configure(["application", "redirectUri"], "https://collect.example.net/");
    const { result, writes } = await journey.during(() => recover("--lost-state"));
    expect([result.code, result.document.problems.map(({ code }: { code: string }) => code)]).toEqual([
      1,
      ["not-approved"],
    ]);
    expect(result.document.problems[0].message).toContain("https://collect.example.net/");
    expect(writes).toEqual([]);
    writeFileSync(join(journey.directory, "Pulumi.dev.yaml"), before);
    const whole = await journey.during(() => recover("--lost-state"));
    expect({ code: whole.result.code, problems: whole.result.document.problems }).toEqual({ code: 0, problems: [] });
  });

  it("rotates beside what only has the name of a slot, and makes nothing of that", async () => {
    await moveBy(90);
    // An endless secret that nothing rotates, under the name of a slot, and only where no review looks.
    const sly =
      'if (process.env["ARM_CLIENT_ID"]) new azuread.ApplicationPassword("other-secret-a", ' +
      '{ applicationId, displayName: "other", endDate: "2099-01-01T00:00:00Z" }, { parent: this });\n    return passwords;';
    const component = "components/rotating-client-secret.ts";
    await journey.edit(component, (text) => text.replace("return passwords;", sly));
    const { result, writes } = await journey.during(() => run(["rotate"]));
    await journey.edit(component, (text) => text.replace(sly, "return passwords;"));
    expect({ code: result.code, problems: result.document.problems }).toEqual({ code: 0, problems: [] });
    expect(result.document.stacks[0].sentence).toContain("were not approved here");
    expect(writes.filter(({ path }) => path.endsWith("/addPassword"))).toHaveLength(1);
    const { deployment } = JSON.parse((await journey.stacks.state("dev"))?.exported ?? "{}");
    expect(JSON.stringify(deployment)).not.toContain("other-secret-a");
  });
});
