import { randomUUID } from "node:crypto";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { Application, JsonObject } from "../../world/directory";
import type { Tenant } from "../../world/world";
import {
  type ApplicationBody,
  createApplicationBody,
  updateApplicationBody,
  updateBetaApplicationBody,
} from "./application-body";
import { findApplication, seeApplication } from "./application-lookup";
import { checkApplication } from "./application-rules";
import { applicationDefaults, applicationShape, betaApplicationShape, renderApplication } from "./application-shape";
import { authorize, isLimitedToOwned } from "./authorize";
import { deleteApplication } from "./deletion";
import { badRequest, notFound } from "./errors";
import { mergeKeyCredentials } from "./key-credentials";
import { merge } from "./merge";
import { answerList, answerMade, answerOne, expandOption, listOptions, type Place, readOptions } from "./odata";
import { collectionRoutes } from "./odata-count";
import type { EntityShape } from "./odata-shape";
import { ownersOf } from "./owner-relation";
import { createIfMissing, wantsCreation } from "./preferences";
import { propertiesFromApplication } from "./principal-shape";
import { readOwnerReferences } from "./references";

const place: Place = { version: "v1.0", path: "applications" };
const shape: EntityShape = { ...applicationShape, relations: { owners: ownersOf("applications") } };

/** Application registrations. Each is reached by object id, by client id and, where it has one, by its unique name. */
export const applicationRoutes: readonly Route[] = [
  ...collectionRoutes("/v1.0/applications", [...listOptions, expandOption], list),
  routeWithBody({ method: "POST", path: "/v1.0/applications", body: createApplicationBody, handle: create }),
  ...[
    "/v1.0/applications/:id",
    "/v1.0/applications(appId=':clientId')",
    "/v1.0/applications(uniqueName=':uniqueName')",
  ].flatMap((path): Route[] => [
    { method: "GET", path, query: [...readOptions, expandOption], handle: read },
    path.includes("uniqueName")
      ? routeWithBody({
          method: "PATCH",
          path,
          body: updateApplicationBody,
          preferences: [createIfMissing],
          handle: upsert,
        })
      : routeWithBody({ method: "PATCH", path, body: updateApplicationBody, handle: update }),
    { method: "DELETE", path, handle: remove },
  ]),
  { method: "GET", path: "/beta/applications/:id", query: readOptions, handle: readBeta },
  routeWithBody({ method: "PATCH", path: "/beta/applications/:id", body: updateBetaApplicationBody, handle: update }),
];

function list(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  const { tenant } = request.caller;
  const found = tenant.applications.allSeen().map((application) => renderApplication(application, tenant.domain));
  return answerList(request, place, found, shape);
}

function read(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  return answerOne(request, place, renderApplication(seeApplication(request), request.caller.tenant.domain), shape);
}

function readBeta(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  const item = renderApplication(seeApplication(request), request.caller.tenant.domain);
  return answerOne(request, { ...place, version: "beta" }, item, betaApplicationShape);
}

function create(request: RouteRequest<ApplicationBody>): RouteResponse {
  authorize(request, "createApplications");
  return answerCreated(request, addApplication(request, request.body));
}

function answerCreated(request: RouteRequest, application: Application): RouteResponse {
  return answerMade(request, place, renderApplication(application, request.caller.tenant.domain), applicationShape);
}

function addApplication(request: RouteRequest, body: ApplicationBody): Application {
  const { caller, world } = request;
  const bound = readOwnerReferences(request, body["owners@odata.bind"] ?? []);
  // A user, and an application limited to owned objects, could not manage what it created without owning it.
  const creator = !caller.isAppOnly || isLimitedToOwned(caller) ? [caller.objectId] : [];
  const defaults = applicationDefaults(caller.tenant.domain);
  refusePasswords(body);
  const application: Application = {
    id: randomUUID(),
    appId: randomUUID(),
    createdDateTime: `${world.clock.now().toISOString().slice(0, 19)}Z`,
    properties: merge(defaults, writable(body), defaults),
    passwordCredentials: [],
    keyCredentials: mergeKeyCredentials([], body.keyCredentials ?? []),
    federatedCredentials: [],
    owners: [...new Set([...bound, ...creator])],
  };
  checkUniqueName(caller.tenant, application);
  checkApplication(caller.tenant, application, undefined);
  caller.tenant.applications.put(application);
  return application;
}

function update(request: RouteRequest<ApplicationBody>): RouteResponse {
  const application = findApplication(request);
  authorize(request, "writeApplications", application.owners);
  changeApplication(request, application, request.body);
  return { status: 204 };
}

/** `PATCH applications(uniqueName='…')` creates only when the caller asks for it. */
function upsert(request: RouteRequest<ApplicationBody>): RouteResponse {
  const uniqueName = request.parameters["uniqueName"] ?? "";
  const { applications } = request.caller.tenant;
  if (applications.all().some((application) => application.properties["uniqueName"] === uniqueName))
    return update(request);
  authorize(request, "createApplications");
  if (!wantsCreation(request)) throw notFound(uniqueName);
  return answerCreated(request, addApplication(request, { ...request.body, uniqueName }));
}

function changeApplication(request: RouteRequest, application: Application, body: ApplicationBody): void {
  const { tenant } = request.caller;
  const defaults = applicationDefaults(tenant.domain);
  refusePasswords(body, application);
  if (body.uniqueName !== undefined && body.uniqueName !== (application.properties["uniqueName"] ?? null)) {
    throw badRequest("Property 'uniqueName' is read-only and cannot be set.");
  }
  const changed: Application = {
    ...application,
    properties: merge({ ...defaults, ...application.properties }, writable(body), defaults),
    keyCredentials:
      body.keyCredentials === undefined
        ? application.keyCredentials
        : mergeKeyCredentials(application.keyCredentials, body.keyCredentials ?? []),
  };
  checkApplication(tenant, changed, application);
  tenant.applications.put(changed);
  for (const principal of tenant.servicePrincipals.all()) {
    if (principal.appId !== changed.appId) continue;
    const properties = { ...principal.properties, ...propertiesFromApplication(changed, tenant) };
    tenant.servicePrincipals.put({ ...principal, properties });
  }
}

function remove(request: RouteRequest): RouteResponse {
  const application = findApplication(request);
  authorize(request, "writeApplications", application.owners);
  deleteApplication(request, application);
  return { status: 204 };
}

/** The part of a body that becomes properties. */
function writable(body: ApplicationBody): JsonObject {
  const {
    id: _id,
    Id: _Id,
    keyCredentials: _keys,
    passwordCredentials: _passwords,
    "owners@odata.bind": _owners,
    ...rest
  } = body;
  // The schema has checked the body: what is left is JSON.
  return rest as JsonObject;
}

/** Passwords cannot be set here; a PATCH may only repeat the current list. UNVERIFIED: the wording. */
function refusePasswords(body: ApplicationBody, application?: Application): void {
  const listed = body.passwordCredentials ?? [];
  const kept = new Set(application?.passwordCredentials.map((credential) => credential.keyId));
  const isRepeated = listed.length === kept.size && listed.every((entry) => kept.has(keyIdOf(entry)));
  if (body.passwordCredentials === undefined || body.passwordCredentials === null || isRepeated) return;
  throw badRequest("Property 'passwordCredentials' cannot be set here. Use addPassword and removePassword.");
}

function keyIdOf(entry: unknown): string {
  return typeof entry === "object" && entry !== null && "keyId" in entry ? String(entry.keyId) : "";
}

function checkUniqueName(tenant: Tenant, application: Application): void {
  const uniqueName = application.properties["uniqueName"] ?? null;
  const isTaken =
    uniqueName !== null && tenant.applications.all().some((other) => other.properties["uniqueName"] === uniqueName);
  if (isTaken) throw badRequest("Another object with the same value for property uniqueName already exists.");
}
