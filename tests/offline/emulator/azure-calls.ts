import { type Caller, type ServiceDefinition, ServiceError } from "../../../offline/emulator/http/route";
import { Router, readBody } from "../../../offline/emulator/http/router";
import { createSecrets } from "../../../offline/emulator/http/secrets";
import { homeSubscription, homeTenant, keyVaultSuffix, partnerTenant } from "../../../offline/emulator/seed/constants";
import { seedWorld } from "../../../offline/emulator/seed/seed";
import { vault } from "../../../offline/emulator/services/key-vault/service";
import { arm } from "../../../offline/emulator/services/resource-manager/service";
import { createWorld, type EmulatedWorld } from "../../../offline/emulator/world/emulated-world";
import type { Tenant } from "../../../offline/emulator/world/world";

/** An answer as a client reads it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not
  readonly body: any;
}

export const group = `/subscriptions/${homeSubscription.id}/resourceGroups/${homeSubscription.resourceGroup}`;
export const vaults = `${group}/providers/Microsoft.KeyVault/vaults`;
export const vaultPath = `${vaults}/${homeSubscription.vault}`;

const names = {
  deployer: homeTenant.deployer,
  rotator: homeTenant.rotator,
  reader: homeTenant.reader,
  renewer: homeTenant.renewer,
  administrator: homeTenant.administrator,
  partnerDeployer: partnerTenant.deployer,
} as const;
export type Who = keyof typeof names;

/**
 * Takes the real clock, which replica lag counts, into the test's hand: without it a busy machine would decide when a lag is over.
 * Answers how to let seconds pass.
 */
export function holdRealTime(): (seconds: number) => void {
  // A whole number: five seconds after a fraction may be a hair less than five, and a lag of five not over.
  let now = Math.ceil(performance.now());
  jest.spyOn(performance, "now").mockImplementation(() => now);
  return (seconds) => {
    now += seconds * 1000;
  };
}

/** Both services over the seeded world, called without a network: routing, refusals and handlers are the server's own. */
export class AzureCalls {
  readonly world: EmulatedWorld;
  readonly home: Tenant;
  private readonly routers = { arm: new Router(arm), vault: new Router(vault) };

  constructor() {
    this.world = createWorld({ origin: "https://localhost:1", keyVaultSuffix }, {});
    seedWorld({ world: this.world, secrets: createSecrets(), changed: () => undefined });
    this.home = this.world.tenants.get(homeTenant.id)!;
  }

  /** Calls ARM; the version is added unless the path has one. */
  arm(who: Who, method: string, path: string, body?: unknown, version = "2024-11-01"): Promise<Answer> {
    return this.call(arm, this.routers.arm, "localhost", { who, method, path: withVersion(path, version), body });
  }

  roles(who: Who, method: string, path: string, body?: unknown): Promise<Answer> {
    return this.arm(who, method, path, body, "2022-04-01");
  }

  groups(who: Who, method: string, path: string, body?: unknown): Promise<Answer> {
    return this.arm(who, method, path, body, "2022-09-01");
  }

  /** Calls a vault's data plane. */
  vault(
    who: Who,
    method: string,
    path: string,
    body?: unknown,
    name: string = homeSubscription.vault,
  ): Promise<Answer> {
    const request = { who, method, path: withVersion(path, "7.6"), body };
    return this.call(vault, this.routers.vault, `${name}.${keyVaultSuffix}`, request);
  }

  /** Assigns a role as an owner would, in force at once. */
  assign(who: Who, roleDefinitionId: string, scope: string, condition: string | null = null): void {
    const name = crypto.randomUUID();
    const canonical = scope.toLowerCase();
    this.home.roleAssignments.put({
      id: `${canonical}/providers/microsoft.authorization/roleassignments/${name}`,
      name,
      scope: canonical,
      roleDefinitionId,
      principalId: names[who].objectId,
      principalType: "ServicePrincipal",
      description: null,
      condition,
      conditionVersion: condition === null ? null : "2.0",
      createdOn: "2026-01-01T00:00:00Z",
    });
  }

  /** Takes every role from a principal. */
  strip(who: Who): void {
    for (const each of this.home.roleAssignments.all()) {
      if (each.principalId === names[who].objectId) this.home.roleAssignments.remove(each.id);
    }
  }

  private async call(
    definition: ServiceDefinition,
    router: Router,
    host: string,
    { who, method, path, body }: { who: Who; method: string; path: string; body: unknown },
  ): Promise<Answer> {
    const url = new URL(path, `https://${host}`);
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = { host, "content-type": "application/json" };
    try {
      const request = { method, host, path: path.split("?")[0]!, query: url.searchParams, headers, text };
      const { route, parameters } = router.match(request);
      const answer = await route.handle({
        world: this.world,
        parameters,
        query: router.readQuery(route, url.searchParams),
        headers,
        body: readBody(route, request),
        host,
        caller: this.caller(who),
        send: () => Promise.reject(new Error("this test has no server for calls made of others")),
      });
      return { status: answer.status, headers: answer.headers ?? {}, body: answer.body };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const answer = definition.renderError(error, this.world, { host, trace: {} });
      return { status: answer.status, headers: answer.headers ?? {}, body: answer.body };
    }
  }

  private caller(who: Who): Caller {
    const tenant = this.world.tenants.get(who === "partnerDeployer" ? partnerTenant.id : homeTenant.id)!;
    return { tenant, ...names[who], roles: [], scopes: [], isAppOnly: true };
  }
}

function withVersion(path: string, version: string): string {
  if (path.includes("api-version=")) return path;
  return `${path}${path.includes("?") ? "&" : "?"}api-version=${version}`;
}
