import { guid } from "../../model/guid";
import type { ManifestApplication, ManifestPrincipal, ManifestRedirectUri, RequestedPermission } from "./manifest";
import { keepUnknownSettings, ownerTexts, pick, type Reading, recordsOf } from "./reading";
import type { ResourceRecord } from "./records";
import { types } from "./resource-types";
import {
  apiSettings,
  applicationSettings,
  type KnownSettings,
  principalSettings,
  redirectSettings,
  webSettings,
} from "./settings";
import { isEmpty, isList, isMap, readMap, type Value, type ValueMap } from "./values";

const kinds = { Scope: "delegated", Role: "application" } as const;

/** The applications with their principals. */
export function readApplications(reading: Reading): readonly ManifestApplication[] {
  const principals = readPrincipals(reading);
  return recordsOf(reading, types.application).map((record) => {
    const settings = readMap(record.inputs);
    const api = isMap(settings["api"]) ? pick(settings["api"], (name) => !apiSettings.harmless.includes(name)) : {};
    keepUnknownSettings(reading, record, { ...settings, api }, applicationSettings);
    const web = nested(reading, record, "web", webSettings);
    const singlePage = nested(reading, record, "singlePageApplication", redirectSettings);
    const publicClient = nested(reading, record, "publicClient", redirectSettings);
    const implicitGrant = isMap(web["implicitGrant"]) ? web["implicitGrant"] : {};
    return {
      application: record.name,
      displayName: textOf(settings["displayName"]),
      // What the provider chooses when nothing is written.
      audience: textOf(settings["signInAudience"]) || "AzureADMyOrg",
      redirectUris: [
        ...redirectUris("web", web),
        ...redirectUris("single-page", singlePage),
        ...redirectUris("public-client", publicClient),
      ],
      owners: owners(reading, settings),
      hasImplicitAccessTokens: implicitGrant["accessTokenIssuanceEnabled"] === true,
      hasImplicitIdTokens: implicitGrant["idTokenIssuanceEnabled"] === true,
      isPublicClient: settings["fallbackPublicClientEnabled"] === true,
      principal: principals.get(record.name) ?? null,
    };
  });
}

/** What the applications list. */
export function readRequested(reading: Reading): readonly RequestedPermission[] {
  return recordsOf(reading, types.application).flatMap((record) => {
    const apis = readMap(record.inputs)["requiredResourceAccesses"];
    if (!isList(apis)) return [];
    return apis.filter(isMap).flatMap((api) => requestedOf(reading, record, api));
  });
}

function requestedOf(reading: Reading, record: ResourceRecord, api: ValueMap): readonly RequestedPermission[] {
  const apiClientId = textOf(api["resourceAppId"]).toLowerCase();
  const accesses = isList(api["resourceAccesses"]) ? api["resourceAccesses"].filter(isMap) : [];
  return accesses.flatMap((access) => {
    const kind = kinds[access["type"] as keyof typeof kinds];
    const permissionId = textOf(access["id"]).toLowerCase();
    if (kind !== undefined && guid.test(apiClientId) && guid.test(permissionId)) {
      return [{ application: record.name, apiClientId, kind, permissionId }];
    }
    reading.keep(record, "a requested permission without a known API, id or type", { ...access, apiClientId });
    return [];
  });
}

function readPrincipals(reading: Reading): ReadonlyMap<string, ManifestPrincipal> {
  const principals = new Map<string, ManifestPrincipal>();
  for (const record of recordsOf(reading, types.principal)) {
    const client = reading.links.follow(record, "clientId");
    const settings = readMap(record.inputs);
    if (client.kind === "application" && !principals.has(client.application)) {
      keepUnknownSettings(
        reading,
        record,
        pick(settings, (name) => name !== "clientId"),
        principalSettings,
      );
      principals.set(client.application, principalOf(reading, settings));
    } else if (client.kind === "id") keepForeignPrincipal(reading, record, client.id.toLowerCase(), settings);
    else reading.keep(record, "a service principal of an application that the records do not name");
  }
  return principals;
}

function principalOf(reading: Reading, settings: ValueMap): ManifestPrincipal {
  return {
    isEnabled: settings["accountEnabled"] !== false,
    isAssignmentRequired: settings["appRoleAssignmentRequired"] === true,
    owners: owners(reading, settings),
  };
}

/** The principal of an API that is asked for is no more than its presence; with settings of its own, or of anything else, it is. */
function keepForeignPrincipal(reading: Reading, record: ResourceRecord, clientId: string, settings: ValueMap): void {
  if (!requestedApis(reading).includes(clientId)) {
    reading.keep(record, "it adds another publisher's application to the tenant");
    return;
  }
  const isDefault = (name: string, value: Value) =>
    ["clientId", ...principalSettings.harmless].includes(name) || (name === "accountEnabled" && value === true);
  const changed = pick(settings, (name, value) => !isDefault(name, value));
  if (!isEmpty(changed)) reading.keep(record, "it changes the service principal of another publisher's API", changed);
}

function requestedApis(reading: Reading): readonly string[] {
  return recordsOf(reading, types.application).flatMap(({ inputs }) => {
    const apis = readMap(inputs)["requiredResourceAccesses"];
    return isList(apis) ? apis.filter(isMap).map((api) => textOf(api["resourceAppId"]).toLowerCase()) : [];
  });
}

/** One level down: unknown settings are named by their path. */
function nested(reading: Reading, record: ResourceRecord, name: string, { read, harmless }: KnownSettings): ValueMap {
  const inner = readMap(record.inputs)[name];
  if (!isMap(inner)) return {};
  const foreign = pick(inner, (key) => !read.includes(key) && !harmless.includes(key));
  if (!isEmpty(foreign)) {
    const paths = Object.entries(foreign).map(([key, value]) => [`${name}.${key}`, value] as const);
    reading.keep(record, "the manifest does not know what these settings allow", Object.fromEntries(paths));
  }
  return inner;
}

function redirectUris(platform: ManifestRedirectUri["platform"], settings: ValueMap): readonly ManifestRedirectUri[] {
  return texts(settings["redirectUris"]).map((uri) => ({ platform, uri }));
}

function owners(reading: Reading, settings: ValueMap): readonly string[] {
  return ownerTexts(reading, texts(settings["owners"]));
}

function texts(value: Value | undefined): readonly string[] {
  return isList(value) ? value.map(textOf) : [];
}

function textOf(value: Value | undefined): string {
  if (typeof value === "string") return value;
  // The setting is also kept as unreadable; here it only has to differ from every real one.
  return typeof value === "symbol" ? "(unreadable)" : "";
}
