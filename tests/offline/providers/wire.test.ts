import { partnerTenant } from "../../../offline/emulator/seed/constants";
import type { AzureadContext } from "../../../offline/providers/azuread/context";
import { configureAzuread } from "../../../offline/providers/azuread/provider";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { type ScenarioName, scenarios } from "./fixtures/wire-scenarios";
import { Driver } from "./support/driver";
import { emulatorFetch, type SentCall } from "./support/emulator-fetch";
import { graph, lookUp, partnerCenter, partnerProgram, type Settings } from "./support/partner-program";

// A busy machine decides nothing: what hangs is found all the same.

/** One tenant and one program through all its recorded runs; each run continues the one before. */
class Rehearsal {
  readonly driver = new Driver<AzureadContext>();
  readonly calls: SentCall[] = [];
  private made: readonly string[] | undefined;
  private readonly names = new Map<string, string>();

  constructor(private readonly emulator: TestEmulator) {
    const { administrator, reportingUser } = partnerTenant;
    // Making a Microsoft principal needs more than the deployer's rights; the calls are the same.
    this.names
      .set(administrator.objectId, "{caller}")
      .set(reportingUser.objectId, "{user}")
      .set(partnerTenant.id, "{tenant}");
    this.names.set(emulator.origin, "{origin}");
  }

  context(): Promise<AzureadContext> {
    this.calls.length = 0;
    const { secrets, env } = this.emulator;
    const clientId = partnerTenant.administrator.clientId;
    return configureAzuread(
      { tenantId: partnerTenant.id },
      {
        environment: {
          ...env,
          ARM_CLIENT_ID: clientId,
          ARM_CLIENT_SECRET: secrets.administrator,
          PARTNER_ACCESS_WAIT_FACTOR: "0.001",
        },
        cancelled: new AbortController().signal,
        log: () => undefined,
        fetch: emulatorFetch(this.emulator, this.calls),
      },
    );
  }

  async up(settings: Settings): Promise<void> {
    const context = await this.context();
    await this.driver.up(await this.program(settings, context), context);
  }

  async program(settings: Settings, context: AzureadContext) {
    const { userId, principals } = await lookUp(context);
    // Remembered from the first run, as the real program does.
    this.made ??= [partnerCenter, graph].filter((clientId) => !principals.has(clientId));
    this.names.set(principals.get(graph) ?? "", "{graphPrincipal}");
    if (principals.has(partnerCenter)) this.names.set(principals.get(partnerCenter) ?? "", "{partnerPrincipal}");
    return partnerProgram(settings, partnerTenant.administrator.objectId, userId, principals, this.made);
  }

  /** The calls since the run began, in the fixture's form. */
  sent(): unknown[] {
    this.learnNames();
    return this.calls.map(({ method, path, query, body }) => {
      const named = this.named({ call: `${method} ${path}`, query, body }) as {
        call: string;
        query: object;
        body: unknown;
      };
      return {
        call: named.call,
        ...(Object.keys(named.query).length > 0 && { query: named.query }),
        ...(named.body !== null && { body: named.body }),
      };
    });
  }

  private learnNames(): void {
    for (const [name, { outputs, id }] of this.driver.state) {
      const lastPart = id.split("/").at(-1) ?? "";
      if (name === "application")
        this.names.set(String(outputs["objectId"]), "{application}").set(String(outputs["clientId"]), "{clientId}");
      else if (name === "principal") this.names.set(lastPart, "{principal}");
      else if (name.startsWith("api-")) this.names.set(lastPart, "{partnerPrincipal}");
      else if (name === "assignment") this.names.set(lastPart, "{assignment}");
      else if (name.startsWith("secret-"))
        this.names.set(lastPart, `{key${String(outputs["displayName"]).split("/").at(-1)}}`);
      else if (!this.names.has(lastPart)) this.names.set(lastPart, this.grantName(name));
    }
  }

  private grantName(name: string): string {
    const base = name === "grant-partner" ? "grantPartner" : "grantGraph";
    return [...this.names.values()].includes(`{${base}}`) ? `{${base}2}` : `{${base}}`;
  }

  private named(value: unknown): unknown {
    let text = JSON.stringify(value).replaceAll(/TERRAFORM_UPDATE_[0-9a-f-]{36}/g, "TERRAFORM_UPDATE_{uuid}");
    const longestFirst = [...this.names].sort(([a], [b]) => b.length - a.length);
    for (const [id, name] of longestFirst) if (id !== "") text = text.replaceAll(id, name);
    return JSON.parse(text);
  }
}

const more = true;

describe("the calls the real azuread plugin makes", () => {
  describe("where the API's principal is missing", () => {
    let emulator: TestEmulator;
    let rehearsal: Rehearsal;
    beforeAll(async () => {
      emulator = await startTestEmulator();
      rehearsal = new Rehearsal(emulator);
    });
    afterAll(() => emulator.stop());

    const runs: [ScenarioName, () => Promise<unknown>][] = [
      ["01 first up, the API's principal is missing", () => rehearsal.up({ slots: ["a1"] })],
      ["02 no change", () => rehearsal.up({ slots: ["a1"] })],
      [
        "03 preview",
        async () => {
          const context = await rehearsal.context();
          const plan = await rehearsal.driver.preview(await rehearsal.program({ slots: ["a1"] }, context), context);
          expect([...plan.values()].map(({ kind }) => kind)).toEqual(Array(plan.size).fill("same"));
        },
      ],
      ["04 refresh", async () => expect(await rehearsal.driver.refresh(await rehearsal.context())).toEqual([])],
      ["05 add a permission", () => rehearsal.up({ slots: ["a1"], more })],
      ["06 second slot filled", () => rehearsal.up({ slots: ["a1", "b2"], more })],
      ["07 first slot emptied", () => rehearsal.up({ slots: ["b2"], more })],
      ["08 first slot filled again", () => rehearsal.up({ slots: ["b2", "a3"], more })],
      ["09 occupied slot replaced", () => rehearsal.up({ slots: ["b4", "a3"], more })],
      ["10 consent widened", () => rehearsal.up({ slots: ["b4", "a3"], more, tenantWide: true })],
      ["11 remove the permission", () => rehearsal.up({ slots: ["b4", "a3"], tenantWide: true })],
      ["12 destroy", async () => rehearsal.driver.destroy(await rehearsal.context())],
    ];
    it.each(runs)("are made in run %s", async (name, run) => {
      await run();
      expect(rehearsal.sent()).toEqual(scenarios[name]);
    });
  });

  describe("where the API's principal exists", () => {
    let emulator: TestEmulator;
    let rehearsal: Rehearsal;
    beforeAll(async () => {
      emulator = await startTestEmulator();
      const made = await emulator.call("POST", "/v1.0/servicePrincipals", {
        as: "partner-administrator",
        body: { appId: partnerCenter },
      });
      expect(made.status).toBe(201);
      rehearsal = new Rehearsal(emulator);
    });
    afterAll(() => emulator.stop());

    const runs: [ScenarioName, () => Promise<unknown>][] = [
      ["13 first up, the API's principal exists", () => rehearsal.up({ slots: ["a1"] })],
      ["14 no change", () => rehearsal.up({ slots: ["a1"] })],
      ["15 destroy", async () => rehearsal.driver.destroy(await rehearsal.context())],
    ];
    it.each(runs)("are made in run %s", async (name, run) => {
      await run();
      expect(rehearsal.sent()).toEqual(scenarios[name]);
    });

    it("carry the plugin's headers and never ask for eventual consistency", () => {
      const toGraph = rehearsal.calls.filter(({ path }) => /^\/(v1\.0|beta)\//.test(path));
      expect(toGraph.length).toBeGreaterThan(10);
      for (const { headers } of toGraph) {
        expect(headers).toMatchObject({
          accept: "application/json; charset=utf-8; IEEE754Compatible=false",
          "odata-version": "4.0",
          "odata-maxversion": "4.0",
        });
        expect(headers["authorization"]).toMatch(/^Bearer /);
        expect(headers).not.toHaveProperty("consistencylevel");
      }
    });
  });
});
