const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A bare GUID. */
export function uuidProblem(value: string): string | undefined {
  return uuid.test(value) ? undefined : `must be a UUID, got ${JSON.stringify(value)}`;
}

/** The resource ID of an application, `/applications/` and its object id. */
export function applicationIdProblem(value: string): string | undefined {
  if (applicationObjectId(value) !== undefined) return undefined;
  return `must be an application's resource ID (/applications/ and its object ID), got ${JSON.stringify(value)}; use the id of the application, not its clientId`;
}

/** Object id of an application's resource ID; undefined when the text is none. */
export function applicationObjectId(resourceId: string): string | undefined {
  const [empty, kind, objectId, ...more] = resourceId.split("/");
  const isId =
    empty === "" && kind === "applications" && objectId !== undefined && uuid.test(objectId) && more.length === 0;
  return isId ? objectId : undefined;
}

export function emptyTextProblem(value: string): string | undefined {
  return value.trim() === "" ? "must not be empty" : undefined;
}

/** A time as RFC 3339 has it. */
export function timeProblem(value: string): string | undefined {
  const isTime =
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(Date.parse(value));
  return isTime ? undefined : `must be a time as in 2026-01-31T00:00:00Z, got ${JSON.stringify(value)}`;
}

/** Redirect addresses of a web application: https, or http for this machine; a path is required, be it only a slash. */
export function webRedirectProblem(value: string): string | undefined {
  if (value.startsWith("urn:")) return undefined;
  if (!URL.canParse(value)) return `must be a URI, got ${JSON.stringify(value)}`;
  const url = new URL(value);
  const isLocal = ["localhost", "127.0.0.1"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) {
    return `must be an https address, or http for localhost, got ${JSON.stringify(value)}`;
  }
  // The parser adds the slash by itself, so the text has to be looked at.
  const hasPath = value.slice(value.indexOf("://") + 3).includes("/");
  return hasPath ? undefined : `must have a trailing slash when there is no path segment, got ${JSON.stringify(value)}`;
}
