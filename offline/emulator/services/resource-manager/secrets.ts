import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody, ServiceError } from "../../http/route";
import type { Secret, Vault } from "../../world/subscription";
import { vaultUri } from "../key-vault/secret-answers";
import { holdsSame, latestOf, type SecretContent } from "../key-vault/secret-rules";
import { SecretStore } from "../key-vault/secret-store";
import { keyVaultVersions } from "./api-versions";
import { armError, badRequest } from "./errors";
import { vaultOf } from "./lookup";
import { pageOf, pagingOptions } from "./paging";
import { secretScope, vaultScope } from "./scopes";

const all = "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.KeyVault/vaults/:vault/secrets";
const one = `${all}/:secret`;
const versions = { query: ["api-version"], apiVersions: keyVaultVersions } as const;

const tags = z.record(z.string(), z.string()).optional();
const seconds = z.int().nullish();
const properties = z.strictObject({
  value: z.string().optional(),
  contentType: z.string().nullish(),
  attributes: z.strictObject({ enabled: z.boolean().nullish(), nbf: seconds, exp: seconds }).optional(),
});
/** `SecretCreateOrUpdateParameters` of Microsoft.KeyVault 2024-11-01. */
const secretBody = z.strictObject({ tags, properties });
/** `SecretPatchParameters`. */
const secretPatch = z.strictObject({ tags, properties: properties.optional() });

function contentOf(body: z.infer<typeof secretPatch>): SecretContent {
  const { value, contentType, attributes } = body.properties ?? {};
  const { enabled, nbf, exp } = attributes ?? {};
  return { value, contentType, enabled, notBefore: nbf, expires: exp, tags: body.tags };
}

/** A secret as ARM answers it: its address and attributes, never its value. */
function secretAnswer(request: RouteRequest, vault: Vault, secret: Secret): object {
  const latest = latestOf(secret);
  const secretUri = `${vaultUri(request.world, vault)}/secrets/${secret.name}`;
  return {
    id: secretScope(vault, secret.name),
    name: secret.name,
    type: "Microsoft.KeyVault/vaults/secrets",
    location: vault.location,
    tags: latest.tags,
    properties: {
      ...(latest.contentType === null ? {} : { contentType: latest.contentType }),
      attributes: {
        enabled: latest.enabled,
        ...(latest.notBefore === null ? {} : { nbf: latest.notBefore }),
        ...(latest.expires === null ? {} : { exp: latest.expires }),
        created: latest.created,
        updated: latest.updated,
      },
      secretUri,
      secretUriWithVersion: `${secretUri}/${latest.version}`,
    },
  };
}

interface Target {
  readonly vault: Vault;
  readonly store: SecretStore;
  readonly name: string;
}

/** The secret's place, if the caller may do `verb` there. A role on the single secret is enough. */
function targetOf(request: RouteRequest, verb: "read" | "write"): Target {
  const name = request.parameters["secret"] ?? "";
  const vault = vaultOf(request, `Microsoft.KeyVault/vaults/secrets/${verb}`, `/secrets/${name}`);
  return { vault, store: new SecretStore(request.world, request.caller.tenant, vault), name };
}

/**
 * Runs a write and words Key Vault's refusals as ARM does. A conflict is a 409: the provider recovers a soft-deleted secret on that status.
 * That its code is `ConflictError` follows "Common error codes for Azure Key Vault"; the exact sentence through ARM is UNVERIFIED.
 */
function throughArm<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.status === 409) throw armError(409, "ConflictError", error.message);
    if (error.status === 400) throw badRequest(error.message);
    throw armError(error.status, error.code, error.message);
  }
}

function getSecret(request: RouteRequest): RouteResponse {
  const { vault, store, name } = targetOf(request, "read");
  const secret = throughArm(() => store.get(name));
  return { status: 200, body: secretAnswer(request, vault, secret) };
}

function listSecrets(request: RouteRequest): RouteResponse {
  const vault = vaultOf(request, "Microsoft.KeyVault/vaults/secrets/read");
  const secrets = new SecretStore(request.world, request.caller.tenant, vault).all();
  const items = secrets.map((secret) => secretAnswer(request, vault, secret));
  return pageOf(request, `${vaultScope(vault)}/secrets`, items);
}

/** A PUT of what is already there makes no new version (Azure/azure-resource-manager-schemas#1494); any difference does, tags included. */
function putSecret(request: RouteRequest<z.infer<typeof secretBody>>): RouteResponse {
  const { vault, store, name } = targetOf(request, "write");
  const content = contentOf(request.body);
  const { value } = content;
  // The schema does not require it, because it is also the answer's; a secret cannot be without one. Wording UNVERIFIED.
  if (value === undefined) throw badRequest("The property 'value' of the secret is required.");
  return throughArm(() => {
    const existing = store.find(name);
    if (existing !== undefined && holdsSame(latestOf(existing), { ...content, value })) {
      return { status: 200, body: secretAnswer(request, vault, existing) };
    }
    const secret = store.set(name, { ...content, value });
    return { status: existing === undefined ? 201 : 200, body: secretAnswer(request, vault, secret) };
  });
}

/** A new value makes a new version that keeps what is not given; without one the latest version's attributes change. */
function patchSecret(request: RouteRequest<z.infer<typeof secretPatch>>): RouteResponse {
  const { vault, store, name } = targetOf(request, "write");
  const content = contentOf(request.body);
  const { value } = content;
  return throughArm(() => {
    const latest = latestOf(store.get(name));
    if (value === undefined || value === latest.value) store.update(name, undefined, content);
    else store.set(name, { ...latest, ...withoutUndefined(content), value });
    return { status: 200, body: secretAnswer(request, vault, store.get(name)) };
  });
}

const withoutUndefined = (content: SecretContent): SecretContent =>
  Object.fromEntries(Object.entries(content).filter(([, given]) => given !== undefined && given !== null));

/** Secrets through ARM, which azure-native uses. ARM knows no delete: that is the data plane's. */
export const secretRoutes: readonly Route[] = [
  { method: "GET", path: all, query: pagingOptions, apiVersions: keyVaultVersions, handle: listSecrets },
  { method: "GET", path: one, ...versions, handle: getSecret },
  routeWithBody({ method: "PUT", path: one, ...versions, body: secretBody, handle: putSecret }),
  routeWithBody({ method: "PATCH", path: one, ...versions, body: secretPatch, handle: patchSecret }),
];
