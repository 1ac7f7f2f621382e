import { withoutDoubledSlashes } from "../../http/path-template";
import { isGuid } from "../../world/guid";

/** A key in parentheses, `users('x')` or `users(id='x')`, plain or percent-encoded; other names (`appId=`) are keys of their own. */
const parenthesizedKey = /(\/\w+)(?:\(|%28)(?:id(?:=|%3D))?(?:'|%27)([^'/()]+?)(?:'|%27)(?:\)|%29)/gi;

/** The canonical spelling of a path: empty segments are ignored, and `myorganization` is the tenant of the token. */
export function readGraphPath(path: string): string {
  return withoutDoubledSlashes(path)
    .replace(/^\/(v1\.0|beta)\/myorganization(?=\/|$)/i, "/$1")
    .replace(parenthesizedKey, "$1/$2");
}

/** Ids of grants and assignments: base64url of one GUID's bytes or more. */
const opaqueId = /^[\w-]{22,}$/;

const keys: Readonly<Record<string, (text: string) => boolean>> = {
  /** An object id, or for users their name. */
  user: (text) => isGuid(text) || text.includes("@"),
  grantId: (text) => opaqueId.test(text),
  assignmentId: (text) => opaqueId.test(text),
  /** Id or name; names are "URL friendly". */
  credential: (text) => /^[A-Za-z0-9][\w-]*$/.test(text),
  domain: (text) => /^[\w-]+(?:\.[\w-]+)+$/.test(text) && !/^(?:microsoft\.)?graph\./i.test(text),
  /** Between quotes any text is a key. */
  clientId: () => true,
  uniqueName: () => true,
  credentialName: () => true,
};

/** Whether a segment can be the key that the route expects. `$count`, `delta` and casts cannot: such calls are unknown, not missing objects. */
export function isGraphKey(parameter: string, text: string): boolean {
  return (keys[parameter] ?? isGuid)(text);
}
