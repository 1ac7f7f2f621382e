import { createHash } from "node:crypto";

/** A request for one rotation, once. The text is free; writing another text asks again. */
export interface RotationRequest {
  readonly text: string;
  /** The published secret is known to others: the previous slot is emptied in the same run, after the publish. */
  readonly isCompromised: boolean;
}

/** The record keeps this many. 20 hashes of 10 characters stay under the 256 characters of a tag. */
const HANDLED_REQUESTS_KEPT = 20;

/** What identifies a request in the record: ten hex digits, so that the text itself stays out of the vault's tags. */
export function requestHash(text: string): string {
  return createHash("sha256").update(text.trim()).digest("hex").slice(0, 10);
}

/** The hash of a roll-back's reason; apart from requests, so that equal texts do not hide each other. */
export function rollbackHash(reason: string): string {
  return requestHash(`rollback:${reason.trim()}`);
}

/** The hash of a move's reason, apart from both. */
export function movedHash(reason: string): string {
  return requestHash(`migrate:${reason.trim()}`);
}

/** The hash of a repair, by the version that it replaced. */
export function repairHash(version: string): string {
  return requestHash(`repair:${version}`);
}

/** Whether this request has not been answered yet. Raising an answered request to `compromised` asks again. */
export function isPending(
  request: RotationRequest | undefined,
  handled: readonly string[],
): request is RotationRequest {
  return request !== undefined && !handled.includes(identityOf(request));
}

/** The handled list after this request was answered: newest last, the oldest dropped. */
export function withHandled(handled: readonly string[], request: RotationRequest | undefined): readonly string[] {
  if (request === undefined) return handled;
  // A compromised request answers its plain form too: taking the flag out of the file later must not rotate again.
  return withHashes(handled, [requestHash(request.text), identityOf(request)]);
}

/** The handled list with these hashes as the newest. */
export function withHashes(handled: readonly string[], hashes: readonly string[]): readonly string[] {
  const fresh = [...new Set(hashes)];
  return [...handled.filter((hash) => !fresh.includes(hash)), ...fresh].slice(-HANDLED_REQUESTS_KEPT);
}

function identityOf(request: RotationRequest): string {
  return requestHash(request.isCompromised ? `compromised:${request.text.trim()}` : request.text);
}
