import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import { admit, type Right, rights } from "./access";
import { dataPlaneVersions } from "./api-versions";
import { vaultError } from "./errors";
import { listOptions, pageOf } from "./paging";
import { SecretAnswers } from "./secret-answers";
import { latestOf, type SecretContent } from "./secret-rules";
import { SecretStore } from "./secret-store";

const one = "/secrets/:secret";
const version = `${one}/:version`;
const versions = { query: ["api-version"], apiVersions: dataPlaneVersions } as const;

const tags = z.record(z.string(), z.string()).nullish();
const seconds = z.int().nullish();
const attributes = z.strictObject({ enabled: z.boolean().nullish(), nbf: seconds, exp: seconds }).nullish();
const contentType = z.string().nullish();
/** `SecretSetParameters`. */
const setBody = z.strictObject({ value: z.string(), contentType, attributes, tags });
/** `SecretUpdateParameters`. */
const updateBody = z.strictObject({ contentType, attributes, tags });

function contentOf(body: z.infer<typeof updateBody>): SecretContent {
  const { enabled, nbf, exp } = body.attributes ?? {};
  return { contentType: body.contentType, enabled, notBefore: nbf, expires: exp, tags: body.tags };
}

/** One accepted call: the vault's secrets, how to render them, and the secret that the path names. */
export interface SecretCall {
  readonly store: SecretStore;
  readonly answers: SecretAnswers;
  readonly name: string;
}

/** Checks the caller and opens the vault of the request's host. */
export function openSecret(request: RouteRequest, needed: Right): SecretCall {
  const name = request.parameters["secret"] ?? "";
  const { tenant, vault } = admit(request, needed, name === "" ? undefined : name);
  return {
    store: new SecretStore(request.world, tenant, vault),
    answers: new SecretAnswers(request.world, vault),
    name,
  };
}

function setSecret(request: RouteRequest<z.infer<typeof setBody>>): RouteResponse {
  const body = request.body;
  const { store, answers, name } = openSecret(request, rights.set);
  const secret = store.set(name, { ...contentOf(body), value: body.value });
  return { status: 200, body: answers.bundleWithValue(secret, latestOf(secret)) };
}

/** "Latest" is the newest version, enabled or not: a disabled newest version hides the older ones. Dates never refuse a read. */
function getSecret(request: RouteRequest): RouteResponse {
  const { store, answers, name } = openSecret(request, rights.get);
  const wanted = request.parameters["version"];
  const secret = store.get(name);
  const found = wanted === undefined ? latestOf(secret) : store.version(name, wanted);
  if (!found.enabled) {
    throw vaultError(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
  }
  return { status: 200, body: answers.bundleWithValue(secret, found) };
}

function updateSecret(request: RouteRequest<z.infer<typeof updateBody>>): RouteResponse {
  const { store, answers, name } = openSecret(request, rights.update);
  const content = contentOf(request.body);
  const changed = store.update(name, request.parameters["version"], content);
  return { status: 200, body: answers.bundle(store.get(name), changed) };
}

function listSecrets(request: RouteRequest): RouteResponse {
  const { store, answers } = openSecret(request, rights.list);
  return pageOf(
    request,
    "/secrets",
    store.all().map((secret) => answers.item(secret)),
  );
}

/**
 * A name that nobody has used has no versions, which is no refusal: 200 with an empty list. Seen in Microsoft's own recording
 * `recording_can_list_secret_versions_non_existing.json` (Azure/azure-sdk-for-js); that a deleted secret answers so too is UNVERIFIED.
 */
function listVersions(request: RouteRequest): RouteResponse {
  const { store, answers, name } = openSecret(request, rights.list);
  const secret = store.find(name);
  const items = secret?.versions.map((each) => answers.item(secret, each)) ?? [];
  return pageOf(request, `/secrets/${secret?.name ?? name}/versions`, items);
}

function deleteSecret(request: RouteRequest): RouteResponse {
  const { store, answers, name } = openSecret(request, rights.delete);
  return { status: 200, body: answers.deletedBundle(store.delete(name)) };
}

/** Living secrets. SDKs write "latest" as an empty version, `/secrets/name/`, which is the same path. */
export const secretRoutes: readonly Route[] = [
  { method: "GET", path: "/secrets", query: listOptions, apiVersions: dataPlaneVersions, handle: listSecrets },
  routeWithBody({ method: "PUT", path: one, ...versions, body: setBody, handle: setSecret }),
  { method: "GET", path: one, ...versions, handle: getSecret },
  routeWithBody({ method: "PATCH", path: one, ...versions, body: updateBody, handle: updateSecret }),
  { method: "DELETE", path: one, ...versions, handle: deleteSecret },
  { method: "GET", path: `${one}/versions`, query: listOptions, apiVersions: dataPlaneVersions, handle: listVersions },
  { method: "GET", path: version, ...versions, handle: getSecret },
  routeWithBody({ method: "PATCH", path: version, ...versions, body: updateBody, handle: updateSecret }),
];
