import { randomUUID } from "node:crypto";
import { renderResponse } from "../../../../../offline/emulator/http/http-message";
import { type Caller, ServiceError } from "../../../../../offline/emulator/http/route";
import { checkHeaders, Router, readBody } from "../../../../../offline/emulator/http/router";
import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { addIdentity, addMicrosoftPrincipal } from "../../../../../offline/emulator/seed/seed-identity";
import { addUser } from "../../../../../offline/emulator/seed/seed-user";
import { graph } from "../../../../../offline/emulator/services/graph/service";
import {
  createTenant,
  createWorld,
  type EmulatedWorld,
  settle,
} from "../../../../../offline/emulator/world/emulated-world";
import { microsoftGraphAppId } from "../../../../../offline/emulator/world/microsoft-applications";
import type { Tenant } from "../../../../../offline/emulator/world/world";

/** What Graph answered. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read field by field in tests
  readonly body: any;
  readonly headers: Readonly<Record<string, string>>;
}

/** A directory of its own with Graph's routes on it, without server, token or network: the caller's permissions are the test's to choose. */
export class TestDirectory {
  readonly world: EmulatedWorld;
  readonly tenant: Tenant;
  readonly deployer = partnerTenant.deployer.objectId;
  readonly user = partnerTenant.reportingUser.objectId;
  private readonly router = new Router(graph);

  constructor(lag: { readLagSeconds?: number } = {}) {
    this.world = createWorld({ origin: "https://localhost:4433", keyVaultSuffix: "vault.emulator.test" }, lag);
    this.tenant = createTenant({ ...partnerTenant, role: "partner" }, this.world.lag, () => undefined);
    this.world.tenants.set(this.tenant.id, this.tenant);
    addMicrosoftPrincipal(this.tenant, microsoftGraphAppId);
    for (const ids of [partnerTenant.deployer, partnerTenant.rotator]) {
      addIdentity(this.tenant, { ids, displayName: "seeded", secret: randomUUID(), graphPermissions: [] });
    }
    addUser(this.tenant, {
      ...partnerTenant.reportingUser,
      displayName: "Reports",
      password: randomUUID(),
      mfa: true,
      roles: ["Executive Report Viewer"],
      isBlocked: false,
    });
    settle(this.tenant);
  }

  get graphPrincipal(): string {
    return this.tenant.servicePrincipals.all().find(({ appId }) => appId === microsoftGraphAppId)!.id;
  }

  /** An application with these application permissions; the deployer unless told otherwise. */
  application(roles: readonly string[], objectId: string = this.deployer): Client {
    return new Client(this, { ...this.identity(objectId), roles, scopes: [], isAppOnly: true });
  }

  /** A signed-in user with these delegated permissions. */
  delegated(scopes: readonly string[], objectId: string = this.user): Client {
    return new Client(this, { ...this.identity(objectId), roles: [], scopes, isAppOnly: false });
  }

  /** An administrator's application: may do everything that these tests do not test for. */
  get admin(): Client {
    return this.application([
      "Application.ReadWrite.All",
      "AppRoleAssignment.ReadWrite.All",
      "DelegatedPermissionGrant.ReadWrite.All",
      "Directory.ReadWrite.All",
      "Directory.Read.All",
      "Application.Read.All",
      "Policy.Read.All",
      "Policy.ReadWrite.ApplicationConfiguration",
      "User.ReadWrite.All",
      "Organization.Read.All",
      "Domain.Read.All",
      "GroupMember.Read.All",
      "User.Read.All",
    ]);
  }

  private identity(objectId: string): Pick<Caller, "tenant" | "objectId" | "clientId"> {
    return { tenant: this.tenant, objectId, clientId: "00000000-0000-4000-8000-000000000000" };
  }

  async call(
    caller: Caller,
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const url = new URL(target, this.world.addresses.origin);
    const text = body === undefined ? "" : JSON.stringify(body);
    const all = { "content-type": "application/json", ...headers };
    const request = { method, host: "localhost", path: url.pathname, query: url.searchParams, headers: all, text };
    const send = () => Promise.reject(new Error("this test has no server for calls made of others"));
    try {
      const { route, parameters } = this.router.match(request);
      const query = this.router.readQuery(route, request.query);
      checkHeaders(route, all);
      const read = readBody(route, request);
      const full = { world: this.world, parameters, query, headers: all, body: read, host: "localhost", caller, send };
      return asAnswer(renderResponse(await route.handle(full)));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return asAnswer(renderResponse(graph.renderError(error, this.world, { host: "localhost", trace: {} })));
    }
  }
}

function asAnswer({
  status,
  headers,
  text,
}: {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
}): Answer {
  return { status, headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** Calls as one identity. */
export class Client {
  constructor(
    private readonly directory: TestDirectory,
    private readonly caller: Caller,
  ) {}

  get(target: string, headers?: Record<string, string>): Promise<Answer> {
    return this.directory.call(this.caller, "GET", target, undefined, headers);
  }
  post(target: string, body?: unknown): Promise<Answer> {
    return this.directory.call(this.caller, "POST", target, body);
  }
  patch(target: string, body: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.directory.call(this.caller, "PATCH", target, body, headers);
  }
  delete(target: string): Promise<Answer> {
    return this.directory.call(this.caller, "DELETE", target);
  }
}

/** A created application's ids. */
export async function createApplication(
  client: Client,
  body: Record<string, unknown> = { displayName: "Partner Insights reporting" },
): Promise<{ id: string; appId: string }> {
  const answer = await client.post("/v1.0/applications", body);
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** An application with its service principal. */
export async function createWithPrincipal(client: Client): Promise<{ id: string; appId: string; principalId: string }> {
  const { id, appId } = await createApplication(client);
  const principal = await client.post("/v1.0/servicePrincipals", { appId });
  return { id, appId, principalId: principal.body.id };
}

/** The reference to bind or add an owner. */
export function directoryObject(id: string): string {
  return `https://graph.microsoft.com/v1.0/directoryObjects/${id}`;
}
