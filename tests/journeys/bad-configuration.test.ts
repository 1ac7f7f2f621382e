import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { main } from "../../cli/main";
import { inventedSecrets } from "../configuration/valid-stack";
import { captureContext } from "../support/captured-context";
import { type Journey, refusalOf, startJourney } from "../support/journey";

let journey: Journey;
let original: string;
const stackFile = () => join(journey.directory, "Pulumi.dev.yaml");

beforeAll(async () => {
  journey = await startJourney();
  original = await readFile(stackFile(), "utf8");
});
afterEach(() => writeFile(stackFile(), original));
afterAll(() => journey?.stop());
jest.setTimeout(240_000);

const stranger = "c0ffee00-0000-4000-8000-0000000000ff";
const graphEntry = (more: object) => ({ api: "Microsoft Graph", delegated: ["openid"], reason: "A reason.", ...more });

/** One kind of mistake: where it is written into the dev stack, and what every telling of it must contain. */
type Mistake = readonly [kind: string, path: (string | number)[], value: unknown, ...expected: string[]];

const mistakes: readonly Mistake[] = [
  ["an unknown key", ["rotaton"], {}, "rotaton is not a known key", "did you mean rotation"],
  ["an unknown field", ["tenant", "domian"], "x.example", "tenant.domian is not a known key", "did you mean domain"],
  ["an audience, which is never offered", ["application"], { signInAudience: "AzureADMyOrg" }, "signInAudience is not"],
  ["a text for a mapping", ["vault"], "fabrikam", "vault is not a mapping"],
  ["a text for a number", ["rotation", "everyDays"], "ninety", "rotation.everyDays is not a usable number of days"],
  ["no tenant", ["tenant"], {}, "tenant.id is missing", "tenant.domain is missing", "tenant.alias is missing"],
  ["a tenant of personal accounts", ["tenant", "id"], "9188040d-6c67-4c5b-b112-36a304b66dad", "personal accounts"],
  ["an experimental cloud", ["tenant", "cloud"], "china", "tenant.cloud is not supported yet"],
  [
    "an API that is not in the catalog",
    ["permissions", 0, "api"],
    "Microsoft Partner Centr",
    "permissions[0].api is not in the catalog",
    "did you mean Microsoft Partner Center",
  ],
  [
    "a permission that is not in the catalog",
    ["permissions", 1],
    graphEntry({ delegated: ["offline_acces"] }),
    "permissions[1].delegated[0] is not a delegated permission of the catalog",
    "did you mean offline_access",
  ],
  [
    "a permission that the access policy does not allow",
    ["permissions", 1],
    graphEntry({ application: ["AppRoleAssignment.ReadWrite.All"] }),
    "permissions[1].application[0] is an application permission of Microsoft Graph that is not allowed",
    "access-policy.yaml",
  ],
  ["a permission without a reason", ["permissions", 0, "reason"], undefined, "permissions[0].reason is missing"],
  [
    "a reader nobody allowed",
    ["vault", "readers", 0, "id"],
    stranger,
    "vault.readers[0] may not read the client-secret",
  ],
  ["delegated permissions without a user", ["reportingUser"], undefined, "reportingUser is missing"],
  ["consent for everyone without a reason", ["consent"], { kind: "tenant" }, "consent.reason is missing"],
  ["a life under twice the period", ["rotation", "lifetimeDays"], 179, "lifetimeDays is less than twice", "got 179"],
  ["an overlap under two days", ["rotation", "overlapDays"], 1, "rotation.overlapDays is not a usable number of days"],
  ["an overlap over the period", ["rotation", "overlapDays"], 91, "rotation.overlapDays is more than"],
  [
    "a secret pasted into plain configuration",
    ["rotation", "request"],
    inventedSecrets["an Entra client secret"],
    "rotation.request contains what looks like an Entra client secret",
  ],
];

/** `partner-access` in this process, on the copy of the project, with everything a real run would need. */
async function partnerAccess(...argv: string[]) {
  const PATH = [dirname(journey.pulumi), journey.env["PATH"]].join(delimiter);
  const captured = captureContext({ env: { ...journey.env, PATH }, projectDirectory: journey.directory });
  const { result: code, calls } = await journey.during(() => main(argv, captured.context));
  return { code, calls, stdout: captured.stdout(), stderr: captured.stderr() };
}

const problemsIn = (stdout: string): { code: string; message: string; fix: string }[] => JSON.parse(stdout).problems;

describe("the commands", () => {
  it("reach the engine and the tenant with a right configuration, so that silence below means something", async () => {
    const listed = await partnerAccess("stacks", "--json");
    expect({ code: listed.code, problems: problemsIn(listed.stdout) }).toEqual({ code: 0, problems: [] });
    const up = await partnerAccess("up", "-s", "dev", "--preview");
    expect(up.code).toBe(0);
    expect(up.calls.length).toBeGreaterThan(5);
  });

  const cases = mistakes.map(([kind, path, value, ...expected]) => ({ kind, path, value, expected }));
  it.each(cases)("refuse $kind before any call, and say so", async ({ path, value, expected }) => {
    await journey.configure(path, value);
    const up = await partnerAccess("up", "-s", "dev", "--yes", "--json");
    const stacks = await partnerAccess("stacks");
    expect({ up: up.code, stacks: stacks.code }).toEqual({ up: 2, stacks: 1 });
    expect([...up.calls, ...stacks.calls]).toEqual([]);
    const told = problemsIn(up.stdout).map(({ message, fix }) => `${message} Fix: ${fix}`);
    for (const text of expected) expect(told.join("\n")).toContain(text);
    expect(stacks.stdout).toContain(expected[0]);
    expect(up.stderr).toContain(expected[0]);
    for (const secret of Object.values(inventedSecrets)) {
      expect(`${up.stdout}${up.stderr}${stacks.stdout}${stacks.stderr}`).not.toContain(secret);
    }
  });

  it("refuse two stacks that write the same entries, and name both", async () => {
    const twin = join(journey.directory, "Pulumi.twin.yaml");
    await copyFile(stackFile(), twin);
    try {
      const up = await partnerAccess("up", "-s", "dev", "--yes", "--json");
      expect({ code: up.code, calls: up.calls }).toEqual({ code: 2, calls: [] });
      expect(problemsIn(up.stdout).map(({ message }) => message)).toEqual([
        expect.stringContaining('vault.prefix gives the vault entries the names that stack "twin" writes'),
      ]);
      const stacks = await partnerAccess("stacks");
      expect(stacks.code).toBe(1);
      expect(stacks.stdout).toContain('stack "twin" writes');
      expect(stacks.stdout).toContain('stack "dev" writes');
    } finally {
      await rm(twin);
    }
  });

  it("name every problem at once", async () => {
    await applyAll();
    const { code, calls, stdout } = await partnerAccess("up", "-s", "dev", "--yes", "--json");
    expect({ code, calls }).toEqual({ code: 2, calls: [] });
    const told = problemsIn(stdout).map(({ message }) => message);
    for (const [, , , first] of together()) expect(told).toContainEqual(expect.stringContaining(first ?? "nothing"));
  });

  it("refuse an access policy without reasons, whichever stack is run", async () => {
    const policy = join(journey.directory, "access-policy.yaml");
    const text = await readFile(policy, "utf8");
    await writeFile(policy, text.replace(/^ {4}reason: .*$/m, ""));
    try {
      const { code, calls, stdout } = await partnerAccess("up", "-s", "dev", "--yes", "--json");
      expect({ code, calls }).toEqual({ code: 2, calls: [] });
      expect(problemsIn(stdout)[0]?.message).toContain("access-policy.yaml: readers[0].reason is missing");
    } finally {
      await writeFile(policy, text);
    }
  });
});

/** The mistakes that can stand in one file: one per part of it, so that none hides another. */
function together(): readonly Mistake[] {
  const taken = new Set<string>();
  return mistakes.filter(([, path, value]) => {
    const isWhole = path.length === 1 && path[0] !== "rotaton" && path[0] !== "consent";
    const key = path.slice(0, 2).join(".");
    // A period that is no number cannot be compared with the lifetime.
    if (isWhole || value === undefined || key === "rotation.everyDays" || taken.has(key)) return false;
    taken.add(key);
    return true;
  });
}

async function applyAll(): Promise<void> {
  for (const [, path, value] of together()) await journey.configure(path, value);
}

describe("the real engine", () => {
  it("is told every problem by the program in one message, before any call", async () => {
    expect(together().length).toBeGreaterThan(10);
    await applyAll();
    const { result, calls } = await journey.during(() => journey.stacks.up("dev"));
    const said = refusalOf(result);
    expect(calls).toEqual([]);
    for (const [, , , first] of together()) expect(said).toContain(first);
    expect(said).toMatch(/The configuration of stack "dev" has \d+ problems:/);
    // The list, and no stack trace of the program.
    expect(said).not.toMatch(/\n\s+at /);
    for (const secret of Object.values(inventedSecrets)) expect(JSON.stringify(result)).not.toContain(secret);
    expect(result.changes.filter(({ type }) => type.startsWith("azure"))).toEqual([]);
  });

  it("refuses a wrong outer type by itself, in one line", async () => {
    await journey.configure(["permissions"], "everything");
    const { result, calls } = await journey.during(() => journey.stacks.preview("dev"));
    expect(refusalOf(result)).toMatch(/permissions.*(array|list)/);
    expect(calls).toEqual([]);
  });
});
