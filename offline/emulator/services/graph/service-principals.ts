import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { JsonObject, ServicePrincipal } from "../../world/directory";
import { findMicrosoftApplication, microsoftPrincipalProperties } from "../../world/microsoft-applications";
import { authorize, isLimitedToOwned } from "./authorize";
import { deletePrincipal } from "./deletion";
import { badRequest, denied, duplicate } from "./errors";
import { complex, entity, flag, guid, text, texts } from "./fields";
import { merge } from "./merge";
import { answerList, answerMade, answerOne, expandOption, listOptions, type Place, readOptions } from "./odata";
import { collectionRoutes } from "./odata-count";
import type { EntityShape } from "./odata-shape";
import { ownersOf } from "./owner-relation";
import { findPrincipal, seePrincipal } from "./principal-lookup";
import {
  betaPrincipalShape,
  principalDefaults,
  principalShape,
  propertiesFromApplication,
  renderPrincipal,
} from "./principal-shape";
import { readOwnerReferences } from "./references";

const shape = {
  accountEnabled: flag,
  alternativeNames: texts,
  appRoleAssignmentRequired: flag,
  description: text,
  displayName: text,
  homepage: text,
  loginUrl: text,
  logoutUrl: text,
  notes: text,
  notificationEmailAddresses: texts,
  preferredSingleSignOnMode: text,
  preferredTokenSigningKeyThumbprint: text,
  replyUrls: texts,
  samlSingleSignOnSettings: complex({ relayState: text }).nullable().optional(),
  servicePrincipalType: text,
  tags: texts,
};
const createBody = entity({ ...shape, appId: guid, "owners@odata.bind": z.array(z.string()).optional() });
const updateBody = entity({ ...shape, appId: guid.optional() });
type Body = z.infer<typeof updateBody>;

const place: Place = { version: "v1.0", path: "servicePrincipals" };
const expandable: EntityShape = { ...principalShape, relations: { owners: ownersOf("servicePrincipals") } };

/** Service principals: an application's presence in this tenant. */
export const servicePrincipalRoutes: readonly Route[] = [
  ...collectionRoutes("/v1.0/servicePrincipals", [...listOptions, expandOption], list),
  routeWithBody({ method: "POST", path: "/v1.0/servicePrincipals", body: createBody, handle: create }),
  ...["/v1.0/servicePrincipals/:id", "/v1.0/servicePrincipals(appId=':clientId')"].flatMap((path): Route[] => [
    { method: "GET", path, query: [...readOptions, expandOption], handle: read },
    routeWithBody({ method: "PATCH", path, body: updateBody, handle: update }),
    { method: "DELETE", path, handle: remove },
  ]),
  { method: "GET", path: "/beta/servicePrincipals/:id", query: readOptions, handle: readBeta },
];

function list(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  const found = request.caller.tenant.servicePrincipals.allSeen().map((principal) => renderPrincipal(principal));
  return answerList(request, place, found, expandable);
}

function read(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  return answerOne(request, place, renderPrincipal(seePrincipal(request)), expandable);
}

function readBeta(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  const principal = seePrincipal(request);
  const { origin } = request.world.addresses;
  const samlMetadataUrl = `${origin}/${request.caller.tenant.id}/federationmetadata/2007-06/federationmetadata.xml?appid=${principal.appId}`;
  const item = { ...renderPrincipal(principal), samlMetadataUrl };
  return answerOne(request, { ...place, version: "beta" }, item, betaPrincipalShape);
}

function create(request: RouteRequest<z.infer<typeof createBody>>): RouteResponse {
  authorize(request, "createApplications");
  const { caller, world } = request;
  const body = request.body;
  const appId = body.appId.toLowerCase();
  const source = findSource(request, appId);
  refuseTaken(request, appId);
  const bound = readOwnerReferences(request, body["owners@odata.bind"] ?? []);
  const creator = !caller.isAppOnly || isLimitedToOwned(caller) ? [caller.objectId] : [];
  const initial: ServicePrincipal = {
    id: randomUUID(),
    appId,
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    isFirstParty: source.isFirstParty,
    createdDateTime: `${world.clock.now().toISOString().slice(0, 19)}Z`,
    properties: { ...principalDefaults, ...source.properties },
    owners: [...new Set([...bound, ...creator])],
  };
  const principal = changed(initial, body);
  caller.tenant.servicePrincipals.put(principal);
  return answerMade(request, place, renderPrincipal(principal), principalShape);
}

/** The application behind a new principal: this tenant's, as a replica shows it, or one of Microsoft's that any tenant may instantiate. */
function findSource(request: RouteRequest, appId: string): { properties: JsonObject; isFirstParty: boolean } {
  const { caller } = request;
  const isIt = (application: { readonly appId: string }) => application.appId === appId;
  const own = caller.tenant.applications.allSeen().find(isIt);
  if (own !== undefined) {
    const owners = caller.tenant.applications.get(own.id)?.owners ?? [];
    // The calling application must own the application behind it (microsoft-graph-docs issue 16138).
    if (isLimitedToOwned(caller) && !owners.includes(caller.objectId)) throw denied();
    return { properties: propertiesFromApplication(own, caller.tenant), isFirstParty: false };
  }
  // With this permission an application that is not there yet, or is another tenant's, is one refusal; azuread retries it.
  if (isLimitedToOwned(caller)) {
    throw denied(
      "When using this permission, the backing application of the service principal being created must in the local tenant",
    );
  }
  const foreign = findMicrosoftApplication(appId);
  if (foreign !== undefined) return { properties: microsoftPrincipalProperties(foreign), isFirstParty: true };
  const message = `The appId '${appId}' of the service principal does not reference a valid application object.`;
  throw badRequest(message, [{ code: "NoBackingApplicationObject", message, target: "appId" }]);
}

function refuseTaken(request: RouteRequest, appId: string): void {
  if (!request.caller.tenant.servicePrincipals.all().some((principal) => principal.appId === appId)) return;
  const message = `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`;
  throw duplicate(message, [{ code: "ObjectConflict", message, target: "servicePrincipalNames" }]);
}

function update(request: RouteRequest<Body>): RouteResponse {
  const principal = findPrincipal(request);
  authorize(request, "writeApplications", principal.owners);
  const body = request.body;
  if (body.appId !== undefined && body.appId.toLowerCase() !== principal.appId)
    throw badRequest("Property 'appId' is read-only and cannot be set.");
  request.caller.tenant.servicePrincipals.put(changed(principal, body));
  return { status: 204 };
}

function changed(principal: ServicePrincipal, body: Body): ServicePrincipal {
  const { id: _id, Id: _Id, appId: _appId, accountEnabled, appRoleAssignmentRequired, ...rest } = body;
  const { "owners@odata.bind": _owners, ...properties } = rest as JsonObject;
  return {
    ...principal,
    accountEnabled: accountEnabled ?? principal.accountEnabled,
    appRoleAssignmentRequired: appRoleAssignmentRequired ?? principal.appRoleAssignmentRequired,
    properties: merge(principal.properties, properties, principalDefaults),
  };
}

function remove(request: RouteRequest): RouteResponse {
  const principal = findPrincipal(request);
  authorize(request, "writeApplications", principal.owners);
  deletePrincipal(request, principal);
  return { status: 204 };
}
