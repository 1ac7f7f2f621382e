import { createHmac, randomBytes } from "node:crypto";
import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { InsightsReport } from "../../world/insights-store";
import type { Tenant, World } from "../../world/world";
import { executionsOf } from "./executions";
import { parseQuery } from "./query-language";
import { renderRows, runQuery } from "./rows";

/** Makes the links under which finished reports can be fetched without a token. */
export interface ReportLinks {
  sign(world: World, tenant: Tenant, report: InsightsReport, executionId: string): string;
  readonly routes: readonly Route[];
}

/** UNVERIFIED how long a link stays valid. */
const linkHours = 24;
/** The real files are in a storage account with its own host name, which no client should rely on; the path is ours. */
const folder = "/insights-reports";

/** Links in the form of a storage account's shared access signature; the key is new in every emulator. */
export function createReportLinks(): ReportLinks {
  const key = randomBytes(32);
  const signature = (path: string, expiry: string) =>
    createHmac("sha256", key).update(`${path}\n${expiry}`).digest("base64url");
  return {
    sign(world, tenant, { id, format }, executionId) {
      const path = `${folder}/${tenant.id}/${id}/${executionId}.${format}`;
      const se = new Date(world.clock.now().getTime() + linkHours * 3_600_000).toISOString();
      const query = new URLSearchParams({ sv: "2021-08-06", se, sr: "b", sp: "r", sig: signature(path, se) });
      return `${world.addresses.origin}${path}?${query}`;
    },
    routes: [
      {
        method: "GET",
        path: `${folder}/:tenantId/:reportId/:file`,
        query: ["sv", "se", "sr", "sp", "sig"],
        anonymous: true,
        handle: (request) => fetchFile(request, signature),
      },
    ],
  };
}

function fetchFile(request: RouteRequest, signature: (path: string, expiry: string) => string): RouteResponse {
  const { world, parameters, query, headers } = request;
  const { tenantId = "", reportId = "", file = "" } = parameters;
  // A storage account would treat a bearer token as the caller's own credential, and this one is for another service.
  if (headers["authorization"] !== undefined) {
    return storageError(401, "InvalidAuthenticationInfo", "Issuer validation failed. Issuer did not match.");
  }
  const expiry = query["se"] ?? "";
  const isSigned = query["sig"] === signature(`${folder}/${tenantId}/${reportId}/${file}`, expiry);
  if (!isSigned || !(world.clock.now() < new Date(expiry))) {
    const reason =
      "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.";
    return storageError(403, "AuthenticationFailed", reason);
  }
  const tenant = world.tenants.get(tenantId);
  const report = tenant?.insightsReports.get(reportId);
  const execution =
    tenant && report && executionsOf(tenant, report, world.clock.now()).find(({ id }) => file.startsWith(id));
  if (tenant === undefined || report === undefined || execution?.completedAt == null) {
    return storageError(404, "BlobNotFound", "The specified blob does not exist.");
  }
  const parsed = parseQuery(report.query);
  const rows = runQuery(tenant.id, parsed, execution.completedAt, report.isRedacted);
  return {
    status: 200,
    headers: {
      "content-type": report.format === "csv" ? "text/csv" : "text/tab-separated-values",
      "content-disposition": `attachment; filename="${report.reportName.replace(/[^\w-]/g, "_")}.${report.format}"`,
      "x-ms-blob-type": "BlockBlob",
    },
    body: renderRows(parsed.columns, rows, report.format),
  };
}

function storageError(status: number, code: string, message: string): RouteResponse {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml", "x-ms-error-code": code }, body };
}
