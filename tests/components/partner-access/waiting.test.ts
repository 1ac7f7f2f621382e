import { resolve } from "node:path";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import * as clouds from "../../../clients/entra/clouds";
import * as appPolicies from "../../../clients/graph/app-policies";
import * as deletedSecrets from "../../../clients/key-vault/deleted-secret";
import { known } from "../../../components/memory";
import type * as PartnerAccessModule from "../../../components/partner-access/partner-access";
import type * as signIns from "../../../components/sign-ins";
import type * as accessArgs from "../../../components/stack-program/access-args";
import { readProgram } from "../../../components/stack-program/read-program";
import { LOOK_UP_MINUTES } from "../../../components/waiting";
import { readProjectFiles } from "../../../configuration/project-files";
import { configurationInput } from "../../../configuration/read-stack";
import { day } from "../../../model/day";
import { azureOutputs } from "../../support/azure-answers";
import { deploy, settledOutputs } from "../../support/deploy";
import { awaitsIn, HangingProgram, programFiles, waitingAppliesIn } from "../../support/hanging";
import {
  CLIENT_SECRET_ENTRY,
  type CommandContext,
  callsOf,
  configuration,
  index,
  runProgram,
} from "../../support/partner-program";

jest.mock("../../../clients/entra/clouds", () => ({
  ...jest.requireActual("../../../clients/entra/clouds"),
  readCloudEndpoints: jest.fn(),
  readOpenId: jest.fn(),
}));
jest.mock("../../../clients/graph/app-policies", () => ({ readAppPolicies: jest.fn() }));
jest.mock("../../../clients/key-vault/deleted-secret", () => ({ readDeletedSecret: jest.fn() }));
jest.mock("../../../clients/entra/sign-in", () => ({
  partnerCredential: () => ({ getToken: async () => ({ token: "token" }) }),
}));

const project = resolve(__dirname, "../../..");
const STATE = "pulumi:pulumi:readStackResourceOutputs";
const VAULT = "azure-native:keyvault:getVault";
const noVault = () => {
  throw new Error("Status=404");
};
const never = () => new Promise<never>(() => undefined);

// A run that hangs has set a time limit of minutes: a real one would keep this process alive, and run out in another test.
beforeEach(() =>
  jest.useFakeTimers({
    doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "setInterval", "Date", "performance"],
  }),
);
afterEach(() => jest.useRealTimers());

beforeEach(() => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  jest.mocked(clouds.readCloudEndpoints).mockResolvedValue({
    authority: "https://login.example",
    graph: "https://graph.example",
    resourceManager: "https://management.example",
    keyVaultSuffix: "vault.example",
  });
  jest.mocked(clouds.readOpenId).mockResolvedValue({ tenantId: configuration.tenant.id, date: undefined });
  jest.mocked(appPolicies.readAppPolicies).mockImplementation(async ({ accessToken }) => {
    await accessToken();
    return undefined;
  });
  jest.mocked(deletedSecrets.readDeletedSecret).mockImplementation(async ({ accessToken }) => {
    await accessToken();
    return undefined;
  });
});

interface Scenario extends CommandContext {
  /** Whether the vault comes from the same program, so that its id is waited for. */
  readonly isVaultDeclared?: boolean;
  /** Of the process that runs the program. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs that between them pass every place where the program waits. */
async function scenarios(): Promise<Readonly<Record<string, Scenario>>> {
  const first = await runProgram();
  const later = { memory: first.memory, vault: { [CLIENT_SECRET_ENTRY]: first.tags } };
  const moved = { ...configuration, vault: { ...configuration.vault, prefix: "moved-" }, migrate: "a better name" };
  const state = {
    resources: {
      "urn:pulumi:dev::p::x$azure-native:keyvault:Secret::partner-client-secret": {
        outputs: { properties: { secretUri: "https://other" }, tags: first.tags },
      },
    },
  };
  return {
    "a first update that creates its vault": {
      configuration: { ...configuration, vault: { ...configuration.vault, mode: "create" } },
      calls: { [VAULT]: noVault },
    },
    "a vault that the program declares": { isVaultDeclared: true },
    "a due rotation": { ...later, today: day("2026-04-02") },
    "a move without a reason": { ...later, configuration: { ...moved, migrate: undefined } },
    "a move": { ...later, configuration: moved, calls: { [STATE]: () => ({ outputs: state.resources }) } },
    // Refused, after it has asked both: no engine limits this run.
    "a rotation that leaves other changes aside": { ...later, env: { PARTNER_ACCESS_APPLIED: "{}" } },
  };
}

/** An identity as the environment names one; nothing asks whether it is one. */
const named = { ARM_CLIENT_ID: configuration.vault.clientId ?? "", ARM_CLIENT_SECRET: "never redeemed" };

/** The outside of a real run, whose clients are played above. */
function reallyOutside(read: typeof readProgram, env: Scenario["env"] = {}): NonNullable<CommandContext["outside"]> {
  return async (usual) => {
    pulumi.runtime.setAllConfig(stackValues());
    const real = await read({ ...named, ...env });
    const { today, prove } = usual.dependencies;
    return { configuration: usual.configuration, dependencies: { ...real.dependencies, today, prove } };
  };
}

function stackValues(): Record<string, string> {
  return { ...configurationInput(readProjectFiles(project), "dev").values };
}

const noState = { [STATE]: () => ({ outputs: {} }) };

/** A program like ours whose vault comes from a resource. */
function programWithVault(hanging: HangingProgram): NonNullable<CommandContext["program"]> {
  const exports = (file: string) => hanging.exportsOf(file) as never;
  const { PartnerAccess } = exports("components/partner-access/partner-access.ts") as typeof PartnerAccessModule;
  const { createSignIns } = exports("components/sign-ins.ts") as typeof signIns;
  const { partnerAccessArgs, signInArgs } = exports("components/stack-program/access-args.ts") as typeof accessArgs;
  return async (read) => {
    const { configuration: read_, dependencies } = await read();
    const { partner, vault } = createSignIns(signInArgs(read_));
    const args = partnerAccessArgs(read_);
    const id = new Promise<string>((resolve) => setImmediate(resolve, args.vault.id as string));
    const access = new PartnerAccess(
      "partner",
      { ...args, vault: { ...args.vault, id } },
      { providers: [partner, vault] },
      dependencies,
    );
    return { clientId: access.clientId };
  };
}

function contextOf(
  { env, isVaultDeclared: _, ...scenario }: Scenario,
  read: typeof readProgram,
  program?: CommandContext["program"],
): CommandContext {
  return {
    ...scenario,
    calls: { ...noState, ...scenario.calls },
    outside: reallyOutside(read, env),
    ...(program && { program }),
  };
}

/** Some turns of the event loop: everything that can go on has gone on. */
async function turns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((done) => setImmediate(done));
}

/** What the guard says when Node finds nothing left to do. */
function saidAtTheEnd(): string {
  try {
    process.emit("beforeExit", 0);
    return "";
  } catch (error) {
    return String((error as Error).message);
  }
}

// The hook that proves a secret is called by the engine, which waits for it: its time limit is in proof.test.ts.
const places = programFiles
  .filter((file) => file !== "components/partner-access/proof.ts")
  .flatMap(awaitsIn)
  .filter((place) => !place.includes("await proveSecret("));

describe("a promise that never settles", () => {
  it("ends no program early, at whatever place it waits: the guard stops it before the engine is told", async () => {
    const hanging = new HangingProgram();
    const { readProgram: read } = hanging.exportsOf("components/stack-program/read-program.ts") as {
      readProgram: typeof readProgram;
    };
    const passing = new Map<string, CommandContext>();
    for (const scenario of Object.values(await scenarios())) {
      const program = scenario.isVaultDeclared ? programWithVault(hanging) : hanging.program;
      const context = contextOf(scenario, read, program);
      hanging.reached.clear();
      // Some of them are refused, at the end.
      await runProgram(context).catch(() => undefined);
      for (const place of hanging.reached) passing.set(place, context);
    }
    expect(places.filter((place) => !passing.has(place))).toEqual([]);
    expect(saidAtTheEnd()).toBe("");

    const said: Record<string, string> = {};
    for (const [place, context] of passing) {
      hanging.shut = place;
      let isOver = false;
      void runProgram(context).finally(() => {
        isOver = true;
      });
      await turns();
      said[place] = isOver ? "it ended" : saidAtTheEnd();
    }
    const unclear = Object.entries(said).filter(
      ([, words]) => !/^(The program|PartnerAccess "partner"): Cannot tell .+; nothing was deleted: /.test(words),
    );
    expect(unclear).toEqual([]);
    expect(Object.values(said).join("\n")).toContain("which tenant has the domain contoso.example;");
    expect(Object.values(said).join("\n")).toContain(`what the vault's entry ${CLIENT_SECRET_ENTRY} holds;`);
  });

  it("lies in no function that is handed to an output, where nothing would notice it", () => {
    expect(programFiles.flatMap(waitingAppliesIn)).toEqual([]);
  });

  it("is no unknown value: a run that leaves the memory out says so", async () => {
    const unknown = () => known(new azuread.Application("one", { displayName: "x" }).clientId);
    await expect(deploy(unknown, { outputs: azureOutputs, isPreview: true })).rejects.toThrow(
      "it is unknown in this run. A run with --target or --exclude leaves it out",
    );
  });
});

describe("a look-up that hangs while the process lives", () => {
  const exit = jest.spyOn(process, "exit").mockReturnValue(undefined as never);
  afterAll(() => exit.mockRestore());

  /** What becomes of a run in which one thing hangs, after the time limit. */
  async function outcomeOf(context: CommandContext): Promise<string> {
    let outcome: Promise<string> = never();
    // The run itself waits for the open call, as the engine would.
    const program: CommandContext["program"] = (readFrom) => {
      const result = index(readFrom);
      outcome = result.then(settledOutputs).then(
        () => "went on",
        (error: Error) => error.message,
      );
      return result;
    };
    void runProgram({ ...context, program }).catch(() => undefined);
    for (let step = 0; step < 3; step += 1) {
      await turns();
      jest.advanceTimersByTime(LOOK_UP_MINUTES * 60_000);
    }
    return Promise.race([outcome, turns().then(() => "hangs")]);
  }

  it("ends with its question, for every function of a provider and of the engine", async () => {
    const asked = new Map<string, CommandContext>();
    for (const scenario of Object.values(await scenarios())) {
      const context = contextOf(scenario, readProgram);
      const noted = Object.entries(callsOf(context)).map(([token, answer]) => [
        token,
        (inputs: Record<string, unknown>) => {
          asked.set(token, context);
          return answer(inputs);
        },
      ]);
      await runProgram({ ...context, calls: Object.fromEntries(noted) }).catch(() => undefined);
    }
    expect(asked.size).toBeGreaterThan(6);
    for (const [token, context] of asked) {
      const said = await outcomeOf({ ...context, calls: { ...context.calls, [token]: never } });
      expect([token, said]).toEqual([
        token,
        expect.stringMatching(
          /^(PartnerAccess "partner": )?Cannot tell .+; nothing was changed: no answer within 5 minutes$/,
        ),
      ]);
      // Its call is still open, and would keep the process alive.
      expect(exit).toHaveBeenCalledWith();
      exit.mockClear();
    }
  });

  it.each([
    [
      "readCloudEndpoints",
      clouds.readCloudEndpoints,
      'PartnerAccess "partner": Cannot tell where this cloud\'s services are; nothing was changed: no answer within 5 minutes',
    ],
    [
      "readOpenId",
      clouds.readOpenId,
      'PartnerAccess "partner": Cannot tell which tenant has the domain contoso.example; nothing was changed: no answer within 5 minutes',
    ],
    // Courtesies: without them a run goes on.
    ["readAppPolicies", appPolicies.readAppPolicies, "went on"],
    ["readDeletedSecret", deletedSecrets.readDeletedSecret, "went on"],
  ])("ends or goes on without it: %s", async (_name, client, expected) => {
    jest.mocked(client as () => Promise<unknown>).mockImplementation(never);
    expect(await outcomeOf(contextOf({}, readProgram))).toBe(expected);
  });

  it("is known for everything that the program takes from outside", async () => {
    pulumi.runtime.setAllConfig(stackValues());
    const { dependencies } = await readProgram({});
    const functions = Object.entries(dependencies).filter(([, value]) => typeof value === "function");
    expect(functions.map(([name]) => name).sort()).toEqual(
      // `readState` goes through the engine's function above.
      ["prove", "readDeletedEntry", "readEndpoints", "readSecretPolicies", "readState", "signInProblems"].sort(),
    );
  });
});
