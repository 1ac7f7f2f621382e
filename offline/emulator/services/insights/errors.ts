import { type RouteResponse, ServiceError } from "../../http/route";
import { renderPartnerError } from "../partner-center/errors";

/** An Insights error: a message in the envelope that every response has. */
export function insightsError(status: number, message: string): ServiceError {
  return new ServiceError(status, "Insights", message);
}

/** 404 for every lookup, and for executions before the first one has completed. */
export const noItemFound = (): ServiceError => insightsError(404, "No item found with given filters.");

/** 400 for a missing required field. */
export const missingValue = (): ServiceError => insightsError(400, "Null or missing value");

/**
 * 403 for who may not see reports. UNVERIFIED: the status is documented, its cause and body are not. The same answer stands for a missing role
 * and for a missing enrolment, so that a client must find out elsewhere (`/v1/profiles/mpn`, `/v1/roles`) which it is.
 */
export const forbidden = (): ServiceError => insightsError(403, "Forbidden");

/** The envelope around what was found, or around nothing. */
export function envelope(value: readonly unknown[], message: string, statusCode = 200, dataRedacted = false) {
  return { value, nextLink: null, totalCount: value.length, message, statusCode, dataRedacted };
}

/** Refusals of the gateway before Insights have Partner Center's shape (UNVERIFIED), those of Insights its own. */
export function renderInsightsError(error: ServiceError): RouteResponse {
  const { reason, headers } = error.detail;
  const isGateway = error.code === "900421" || reason === "audience";
  if (isGateway) return renderPartnerError(error);
  const message = reason === undefined ? error.message : "Unauthorized";
  return {
    status: error.status,
    ...(headers === undefined ? {} : { headers }),
    body: envelope([], message, error.status),
  };
}
