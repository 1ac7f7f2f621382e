import type { HttpRequest } from "./http-message";
import { compareTemplates, matchPath, type PathTemplate, parsePathTemplate, pathSegments } from "./path-template";
import { bodyProblems, unknownField, unknownHeader, unknownPath, unknownQuery } from "./refusals";
import type { Route, ServiceDefinition } from "./route";

interface CompiledRoute {
  readonly route: Route;
  readonly template: PathTemplate;
}

export interface RouteMatch {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A service's routes, ready to match. */
export class Router {
  private readonly routes: readonly CompiledRoute[];

  constructor(private readonly definition: ServiceDefinition) {
    this.routes = definition.routes
      .map((route) => ({ route, template: parsePathTemplate(route.path) }))
      .sort((left, right) => compareTemplates(left.template, right.template));
  }

  /** The most exact route for the call; HEAD falls back to GET, whose answer then goes without its body. */
  match({ method, path }: HttpRequest): RouteMatch {
    const { ignoresPathCase = false, isKey = () => true } = this.definition;
    const rules = {
      ignoresCase: ignoresPathCase,
      // No service has an object whose name begins so: it is OData's `$count`, `$ref`, `$value` and their like.
      isKey: (parameter: string, text: string) => !text.startsWith("$") && isKey(parameter, text),
    };
    const segments = pathSegments(this.readPath(path));
    if (segments !== undefined) {
      for (const wanted of method === "HEAD" ? ["HEAD", "GET"] : [method]) {
        for (const { route, template } of this.routes) {
          if (route.method !== wanted) continue;
          const parameters = matchPath(template, segments, rules);
          if (parameters !== undefined) return { route, parameters };
        }
      }
    }
    throw unknownPath(method, path, this.definition.service);
  }

  /** The path as the service reads it, before anything is looked for in it. */
  readPath(path: string): string {
    return this.definition.readPath?.(path) ?? path;
  }

  /** The call's query options by the names the route lists; anything else is refused. */
  readQuery(route: Route, query: URLSearchParams): Record<string, string> {
    const fold = (name: string) => (this.definition.ignoresPathCase ? name.toLowerCase() : name);
    const known = new Map(
      [...(route.query ?? []), ...(route.apiVersions ? ["api-version"] : [])].map((name) => [fold(name), name]),
    );
    const options: Record<string, string> = {};
    const problems: string[] = [];
    for (const [received, value] of query) {
      const name = known.get(fold(received));
      if (name === undefined) problems.push(`unknown query option "${received}"`);
      else if (options[name] !== undefined) problems.push(`query option "${received}" is given twice`);
      else options[name] = value;
    }
    if (problems.length > 0) {
      const allowed = [...known.values()].map((name) => `"${name}"`).join(", ");
      throw unknownQuery(`${problems.join("; ")}; this call knows ${allowed === "" ? "none" : allowed}`);
    }
    checkApiVersion(route, options["api-version"]);
    return options;
  }
}

/** Headers that change what a call does: ignoring one would answer something else than was asked for. */
const conditions = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "x-http-method-override"];

/** An `Accept` that asks for answers in another form than the one there is here: more links and types than usual, or none. */
const otherForm = /odata\.metadata=(?!minimal)/i;

/** Refuses preferences and conditions that the route does not list. */
export function checkHeaders({ preferences = [] }: Route, headers: HttpRequest["headers"]): void {
  const wanted = (headers["prefer"] ?? "").split(/[,;]/).map((part) => part.trim());
  const problems = [
    ...(otherForm.test(headers["accept"] ?? "") ? [`unknown form of answer "${headers["accept"]}"`] : []),
    ...conditions.filter((name) => headers[name] !== undefined).map((name) => `unknown header "${name}"`),
    ...wanted
      .filter((part) => part !== "" && !preferences.includes(part.toLowerCase()))
      .map((part) => `unknown preference "${part}"`),
  ];
  if (problems.length === 0) return;
  const allowed = preferences.map((name) => `"${name}"`).join(", ");
  throw unknownHeader(`${problems.join("; ")}; this call knows the preferences ${allowed === "" ? "none" : allowed}`);
}

function checkApiVersion({ apiVersions }: Route, version: string | undefined): void {
  if (apiVersions === undefined) return;
  if (version === undefined) {
    throw unknownQuery(
      "The api-version query parameter (?api-version=) is required for all requests.",
      "MissingApiVersionParameter",
    );
  }
  if (apiVersions.includes(version)) return;
  const message = `The api-version '${version}' is invalid. The supported versions are '${apiVersions.join(",")}'.`;
  throw unknownQuery(message, "InvalidApiVersionParameter");
}

/** The body as the route's schema reads it. Every unknown or wrong field is named at once, its value never. */
export function readBody({ body: schema }: Route, request: HttpRequest, takesForms = false): unknown {
  const value = request.text === "" ? undefined : takesForms ? readForm(request) : readJson(request);
  if (schema === undefined) {
    if (value !== undefined) throw unknownField("this call takes no body");
    return undefined;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw unknownField(bodyProblems(parsed.error));
  return parsed.data;
}

/** Of a body in another form nothing is read, so that its parameters are missing. */
function readForm({ text, headers }: HttpRequest): Readonly<Record<string, string>> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers["content-type"] ?? "")) return {};
  const fields = [...new URLSearchParams(text)];
  const names = fields.map(([name]) => name);
  const twice = names.filter((name, place) => names.indexOf(name) < place);
  if (twice.length > 0) throw unknownField(`the parameter "${twice[0]}" is given twice`);
  return Object.fromEntries(fields);
}

function readJson({ text, headers }: HttpRequest): unknown {
  const [contentType = "", encoding] = [headers["content-type"], headers["content-encoding"]];
  if (encoding !== undefined && encoding !== "identity")
    throw unknownField(`content-encoding "${encoding}" is not known here`);
  if (contentType !== "" && !contentType.includes("json"))
    throw unknownField(`content type "${contentType}" is not known here`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    throw unknownField("the body is not valid JSON");
  }
}
