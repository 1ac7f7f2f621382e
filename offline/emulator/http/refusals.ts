import type { z } from "zod";
import { ServiceError, type TokenProblem } from "./route";

/** An unknown path. 501, because clients neither retry it nor mistake it for "not found". */
export function unknownPath(method: string, path: string, service: string): ServiceError {
  return new ServiceError(501, "NotImplemented", `${method} ${path}: the emulated ${service} has no such call`, {
    kind: "unknown-path",
  });
}

/** A query option that the call does not support, or not with this value. */
export function unknownQuery(message: string, code = "BadRequest"): ServiceError {
  return new ServiceError(400, code, message, { kind: "unknown-query" });
}

/** A header that would change what the call does, in a way that the emulator does not support here. */
export function unknownHeader(message: string): ServiceError {
  return new ServiceError(400, "BadRequest", message, { kind: "unknown-header" });
}

/** A body that the call's schema does not accept. */
export function unknownField(message: string): ServiceError {
  return new ServiceError(400, "BadRequest", message, { kind: "unknown-field" });
}

/** Every problem of a body in one sentence: where and what, never the value received, which may be a secret. */
export function bodyProblems(error: z.ZodError): string {
  return error.issues.map(describeIssue).join("; ");
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const at = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.map((key) => [...issue.path.map(String), key].join("."));
    return `unknown field ${names.map((name) => `"${name}"`).join(", ")}`;
  }
  return at === "" ? issue.message : `field "${at}": ${issue.message}`;
}

const tokenMessages: Readonly<Record<TokenProblem, string>> = {
  missing: "Access token is empty.",
  malformed: "The access token is not well formed.",
  signature: "Access token validation failure. The signature key was not found.",
  expired: "Lifetime validation failed, the token is expired.",
  "not-yet-valid": "Lifetime validation failed, the token is not yet valid.",
  audience: "Access token validation failure. Invalid audience.",
  issuer: "Access token validation failure. Invalid issuer.",
  identity: "The identity of the calling application could not be established.",
};

/** 401: no token, or one that is not valid here. */
export function unauthenticated(reason: TokenProblem, audience?: string): ServiceError {
  const code = reason === "identity" ? "Authorization_IdentityNotFound" : "InvalidAuthenticationToken";
  const received = audience === undefined ? {} : { audience };
  return new ServiceError(401, code, tokenMessages[reason], { kind: "unauthenticated", reason, ...received });
}
