import { randomUUID } from "node:crypto";
import { z } from "zod";
import { bodyProblems } from "../../http/refusals";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { Application, FederatedCredential, JsonObject } from "../../world/directory";
import { findApplication, seeApplication } from "./application-lookup";
import { invalidValue } from "./application-rules";
import { authorize } from "./authorize";
import { badRequest, duplicate, notFound } from "./errors";
import { entity, text } from "./fields";
import { answerList, answerMade, answerOne, listOptions, type Place, readOptions } from "./odata";
import type { EntityShape } from "./odata-shape";
import { createIfMissing, wantsCreation } from "./preferences";

const createBody = entity({
  name: z.string(),
  issuer: z.string(),
  subject: z.string(),
  audiences: z.array(z.string()),
  description: text,
});
const updateBody = entity({
  name: z.string().optional(),
  issuer: z.string().optional(),
  subject: z.string().optional(),
  audiences: z.array(z.string()).optional(),
  description: text,
});

const mostPerApplication = 20;
const longestName = 120;
const longestText = 600;

const shape: EntityShape = {
  resource: "FederatedIdentityCredential",
  properties: ["id", "name", "issuer", "subject", "description", "audiences"],
  filterable: ["name", "issuer", "subject"],
  sortable: [],
  searchable: [],
};

const byName = (path: string): string => `${path}(name=':credentialName')`;

/** Trust of an application in tokens of another issuer. A credential is reached by id, by name, and by its name as a key. */
export const federatedCredentialRoutes: readonly Route[] = [
  "/v1.0/applications/:id",
  "/v1.0/applications(appId=':clientId')",
  "/v1.0/applications(uniqueName=':uniqueName')",
].flatMap((owner): Route[] => {
  const path = `${owner}/federatedIdentityCredentials`;
  return [
    { method: "GET", path, query: listOptions, handle: list },
    routeWithBody({ method: "POST", path, body: createBody, handle: create }),
    routeWithBody({ method: "PATCH", path: `${path}/:credential`, body: updateBody, handle: update }),
    routeWithBody({
      method: "PATCH",
      path: byName(path),
      body: updateBody,
      preferences: [createIfMissing],
      handle: upsert,
    }),
    ...[`${path}/:credential`, byName(path)].flatMap((one): Route[] => [
      { method: "GET", path: one, query: readOptions, handle: read },
      { method: "DELETE", path: one, handle: remove },
    ]),
  ];
});

function placeOf(application: Application): Place {
  const path = `applications/${application.id}/federatedIdentityCredentials`;
  return { version: "v1.0", path, metadata: `applications('${application.id}')/federatedIdentityCredentials` };
}

function render(credential: FederatedCredential): JsonObject {
  return { ...credential };
}

function find({ parameters }: RouteRequest, application: Application): FederatedCredential | undefined {
  const { credential = "", credentialName } = parameters;
  return application.federatedCredentials.find(({ id, name }) =>
    credentialName === undefined ? id === credential.toLowerCase() || name === credential : name === credentialName,
  );
}

function pick(request: RouteRequest, application: Application): FederatedCredential {
  const found = find(request, application);
  if (found !== undefined) return found;
  throw notFound(request.parameters["credentialName"] ?? request.parameters["credential"] ?? "");
}

function list(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  const application = seeApplication(request);
  return answerList(request, placeOf(application), application.federatedCredentials.map(render), shape);
}

function read(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  const application = seeApplication(request);
  return answerOne(request, placeOf(application), render(pick(request, application)), shape);
}

function create(request: RouteRequest<z.infer<typeof createBody>>): RouteResponse {
  const application = findApplication(request);
  authorize(request, "writeApplications", application.owners);
  return add(request, application, request.body);
}

/** A PATCH by name creates a missing credential if the caller asks for it. Otherwise, or without issuer, subject and audiences, it is an update. */
function upsert(request: RouteRequest<z.infer<typeof updateBody>>): RouteResponse {
  const application = findApplication(request);
  if (find(request, application) !== undefined || !wantsCreation(request)) return update(request);
  authorize(request, "writeApplications", application.owners);
  const name = request.parameters["credentialName"] ?? "";
  const body = createBody.safeParse({ name, ...request.body });
  if (!body.success) throw badRequest(bodyProblems(body.error));
  if (body.data.name !== name) throw badRequest("Property 'name' is read-only and cannot be set.");
  return add(request, application, body.data);
}

function add(request: RouteRequest, application: Application, body: z.infer<typeof createBody>): RouteResponse {
  const { name, issuer, subject, audiences, description } = body;
  const credential: FederatedCredential = {
    id: randomUUID(),
    name,
    issuer,
    subject,
    audiences,
    description: description ?? null,
  };
  if (application.federatedCredentials.length >= mostPerApplication) {
    throw badRequest(
      `The application has ${mostPerApplication} federated identity credentials already, which is the most allowed.`,
    );
  }
  check(application, credential);
  put(request, application, [...application.federatedCredentials, credential]);
  return answerMade(request, placeOf(application), render(credential), shape);
}

function update(request: RouteRequest<z.infer<typeof updateBody>>): RouteResponse {
  const application = findApplication(request);
  authorize(request, "writeApplications", application.owners);
  const current = pick(request, application);
  const { name, issuer, subject, audiences, description } = request.body;
  // azuread repeats the name, which can never change.
  if (name !== undefined && name !== current.name) throw badRequest("Property 'name' is read-only and cannot be set.");
  const next: FederatedCredential = {
    ...current,
    issuer: issuer ?? current.issuer,
    subject: subject ?? current.subject,
    audiences: audiences ?? current.audiences,
    description: description === undefined ? current.description : description,
  };
  check(application, next);
  put(
    request,
    application,
    application.federatedCredentials.map((credential) => (credential.id === next.id ? next : credential)),
  );
  return { status: 204 };
}

function remove(request: RouteRequest): RouteResponse {
  const application = findApplication(request);
  authorize(request, "writeApplications", application.owners);
  const gone = pick(request, application);
  put(
    request,
    application,
    application.federatedCredentials.filter((credential) => credential.id !== gone.id),
  );
  return { status: 204 };
}

function put(
  request: RouteRequest,
  application: Application,
  federatedCredentials: readonly FederatedCredential[],
): void {
  request.caller.tenant.applications.put({ ...application, federatedCredentials });
}

/** Limits and uniqueness of the resource type. UNVERIFIED: the wording. */
function check(application: Application, next: FederatedCredential): void {
  const limits = [
    ["name", next.name, longestName],
    ["issuer", next.issuer, longestText],
    ["subject", next.subject, longestText],
    ["description", next.description ?? "", longestText],
  ] as const;
  const problems = limits.flatMap(([property, value, longest]) => {
    const isMissing = value === "" && property !== "description";
    if (!isMissing && value.length <= longest) return [];
    return [
      invalidValue(property, `Property '${property}' has ${value.length} characters; 1 to ${longest} are allowed.`),
    ];
  });
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(next.name))
    problems.push(invalidValue("name", "Property 'name' must be URL friendly."));
  if (next.audiences.length !== 1)
    problems.push(
      invalidValue("audiences", `Property 'audiences' has ${next.audiences.length} values; exactly 1 is allowed.`),
    );
  if (problems.length > 0) throw badRequest("One or more properties contains invalid values.", problems);
  const others = application.federatedCredentials.filter((credential) => credential.id !== next.id);
  if (others.some((credential) => credential.name === next.name)) {
    throw duplicate(`FederatedIdentityCredential with name ${next.name} already exists.`);
  }
  if (others.some((credential) => credential.issuer === next.issuer && credential.subject === next.subject)) {
    throw duplicate("FederatedIdentityCredential with the same issuer and subject already exists.");
  }
}
