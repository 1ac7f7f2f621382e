/** A route's path, split into segments once at start. */
export interface PathTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  /** `:name`, or a segment that holds one, such as `applications(appId=':clientId')`. */
  | { readonly kind: "parameter"; readonly name: string; readonly before: string; readonly after: string }
  /** `*name`: one segment or more. */
  | { readonly kind: "rest"; readonly name: string };

/** Splits a template. A mistake in one is found when the emulator starts. */
export function parsePathTemplate(text: string): PathTemplate {
  if (!text.startsWith("/")) throw new Error(`route path "${text}" must start with "/"`);
  return { text, segments: text.split("/").slice(1).map(parseSegment) };
}

function parseSegment(text: string): Segment {
  if (text.startsWith("*")) return { kind: "rest", name: text.slice(1) };
  const parameter = /^([^:]*):([A-Za-z]\w*)(.*)$/.exec(text);
  if (parameter === null) return { kind: "literal", text };
  const [, before = "", name = "", after = ""] = parameter;
  return { kind: "parameter", name, before, after };
}

/** A request path as decoded segments, or undefined when its percent-encoding is broken. A trailing slash is ignored. */
export function pathSegments(path: string): string[] | undefined {
  try {
    const segments = path.split("/").slice(1).map(decodeURIComponent);
    if (segments.at(-1) === "" && segments.length > 1) segments.pop();
    return segments;
  } catch {
    return undefined;
  }
}

/** A path with doubled slashes reduced to one. */
export const withoutDoubledSlashes = (path: string): string => path.replace(/\/{2,}/g, "/");

/** How a service compares its paths. */
export interface MatchRules {
  readonly ignoresCase: boolean;
  /** Whether a text can stand where the template names a parameter. */
  isKey(parameter: string, text: string): boolean;
}

/** The named parts of a path that matches the template; undefined when it does not match. */
export function matchPath(
  template: PathTemplate,
  path: readonly string[],
  rules: MatchRules,
): Record<string, string> | undefined {
  return matchFrom(template.segments, path, rules);
}

function matchFrom(
  [segment, ...further]: readonly Segment[],
  path: readonly string[],
  rules: MatchRules,
): Record<string, string> | undefined {
  if (segment === undefined) return path.length === 0 ? {} : undefined;
  if (segment.kind === "rest") return matchRest(segment.name, further, path, rules);
  const [head, ...tail] = path;
  if (head === undefined) return undefined;
  const own = matchSegment(segment, head, rules);
  const others = own && matchFrom(further, tail, rules);
  return others && { ...own, ...others };
}

/** The longest rest that lets the following segments match: a scope may itself contain the words that follow it. */
function matchRest(
  name: string,
  further: readonly Segment[],
  path: readonly string[],
  rules: MatchRules,
): Record<string, string> | undefined {
  for (let length = path.length; length >= 1; length--) {
    const others = matchFrom(further, path.slice(length), rules);
    if (others) return { [name]: path.slice(0, length).join("/"), ...others };
  }
  return undefined;
}

function matchSegment(
  segment: Exclude<Segment, { kind: "rest" }>,
  text: string,
  { ignoresCase, isKey }: MatchRules,
): Record<string, string> | undefined {
  const fold = (value: string) => (ignoresCase ? value.toLowerCase() : value);
  if (segment.kind === "literal") return fold(segment.text) === fold(text) ? {} : undefined;
  const { before, after, name } = segment;
  const end = text.length - after.length;
  if (end <= before.length || !fold(text).startsWith(fold(before)) || !fold(text).endsWith(fold(after)))
    return undefined;
  const value = text.slice(before.length, end);
  return isKey(name, value) ? { [name]: value } : undefined;
}

/** Orders templates so that the more exact one is tried first: literal, then parameter inside words, then parameter, then rest. */
export function compareTemplates(left: PathTemplate, right: PathTemplate): number {
  const length = Math.max(left.segments.length, right.segments.length);
  for (let index = 0; index < length; index++) {
    const difference = looseness(left.segments[index]) - looseness(right.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function looseness(segment: Segment | undefined): number {
  if (segment === undefined) return 0;
  if (segment.kind === "literal") return 1;
  if (segment.kind === "rest") return 4;
  return segment.before === "" && segment.after === "" ? 3 : 2;
}
