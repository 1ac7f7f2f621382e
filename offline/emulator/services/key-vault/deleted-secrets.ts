import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import { rights } from "./access";
import { dataPlaneVersions } from "./api-versions";
import { listOptions, pageOf } from "./paging";
import { latestOf } from "./secret-rules";
import { openSecret } from "./secrets";

const one = "/deletedsecrets/:secret";
const versions = { query: ["api-version"], apiVersions: dataPlaneVersions } as const;

function getDeleted(request: RouteRequest): RouteResponse {
  const { store, answers, name } = openSecret(request, rights.getDeleted);
  return { status: 200, body: answers.deletedBundle(store.getDeleted(name)) };
}

function listDeleted(request: RouteRequest): RouteResponse {
  const { store, answers } = openSecret(request, rights.list);
  return pageOf(
    request,
    "/deletedsecrets",
    store.allDeleted().map((secret) => answers.deletedItem(secret)),
  );
}

function recover(request: RouteRequest): RouteResponse {
  const { store, answers, name } = openSecret(request, rights.recover);
  const secret = store.recover(name);
  return { status: 200, body: answers.bundle(secret, latestOf(secret)) };
}

function purge(request: RouteRequest): RouteResponse {
  const { store, name } = openSecret(request, rights.purge);
  store.purge(name);
  return { status: 204 };
}

/** Deleted secrets: they keep their name for the vault's retention, and come back with their old value. */
export const deletedSecretRoutes: readonly Route[] = [
  { method: "GET", path: "/deletedsecrets", query: listOptions, apiVersions: dataPlaneVersions, handle: listDeleted },
  { method: "GET", path: one, ...versions, handle: getDeleted },
  { method: "POST", path: `${one}/recover`, ...versions, handle: recover },
  { method: "DELETE", path: one, ...versions, handle: purge },
];
