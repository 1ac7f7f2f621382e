import { defaultRedirectUri } from "./defaults";
import type { Drafts } from "./drafts";
import type { Problem } from "./problem";
import { showValue } from "./show-value";

// Every personal Microsoft account lives in this one tenant.
const personalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** The rules of `tenant` that no single field can check. */
export function tenantProblems({ tenant }: Drafts): readonly Problem[] {
  const problems: Problem[] = [];
  if (tenant?.id === personalAccounts) {
    problems.push({
      path: "tenant.id",
      message: "is Microsoft's tenant of personal accounts",
      received: showValue(tenant.id),
      allowed: "the tenant of an organisation",
      fix: "write the partner tenant's id; personal accounts are never offered",
    });
  }
  if (tenant?.cloud !== undefined && tenant.cloud !== "public" && tenant.experimental === false) {
    problems.push({
      path: "tenant.cloud",
      message: "is not supported yet",
      received: showValue(tenant.cloud),
      allowed: "public; usgovernment and china only with experimental: true",
      fix: "write tenant.experimental: true if you accept that Insights is untested there",
    });
  }
  return problems;
}

/** The rules of `application` that no single field can check. */
export function applicationProblems({ application }: Drafts, hasReportingUser: boolean): readonly Problem[] {
  const problems: Problem[] = [];
  const owners = application?.owners;
  if (owners?.length === 0) {
    problems.push({
      path: "application.owners",
      message: "is empty",
      received: showValue(owners),
      allowed: "at least one object id",
      fix: "name the deployer and the rotator, or leave it out for the deployer alone",
    });
  }
  problems.push(...repeated(owners ?? [], "application.owners"));
  const uri = application?.redirectUri;
  if (uri === undefined) return problems;
  if (!hasReportingUser) {
    problems.push({
      path: "application.redirectUri",
      message: "is set, but there is no reporting user",
      received: showValue(uri),
      allowed: "a redirect URI only together with reportingUser",
      fix: "remove it, or name the reporting user",
    });
  }
  return [...problems, ...redirectUriProblems(uri)];
}

/** Entra's rules for redirect URIs of kind web: https, or http to this machine, and never a pattern. */
function redirectUriProblems(uri: string): readonly Problem[] {
  const problem = (message: string, fix: string): readonly Problem[] => [
    {
      path: "application.redirectUri",
      message,
      received: showValue(uri),
      allowed: "https://…, http://localhost:PORT/… or http://127.0.0.1:PORT/…, with a slash after the host",
      fix,
    },
  ];
  if (!URL.canParse(uri)) return problem("is not a URI", `write one such as ${defaultRedirectUri}`);
  const url = new URL(uri);
  const loopback = ["localhost", "127.0.0.1"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) {
    return problem("is neither https nor http to this machine", `write https, or ${defaultRedirectUri}`);
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "") {
    return problem("contains a user or a fragment", "write scheme, host, port and path only");
  }
  if (/[*!$'(),;]/.test(uri)) return problem("contains a character that Entra refuses", "leave out * ! $ ' ( ) , ;");
  // Entra compares redirect URIs as texts, and the provider insists on the slash after a bare host.
  return url.href === uri ? [] : problem("is not in its normal form", `write ${url.href}`);
}

/** A problem for each element that occurs earlier in the list. */
export function repeated(
  values: readonly (string | undefined)[],
  path: string,
  { is, fix } = { is: "is the same as", fix: "remove one of them" },
): readonly Problem[] {
  return values.flatMap((value, index) =>
    value === undefined || values.indexOf(value) === index
      ? []
      : {
          path: `${path}[${index}]`,
          message: `${is} ${path}[${values.indexOf(value)}]`,
          received: showValue(value),
          allowed: "each only once",
          fix,
        },
  );
}
