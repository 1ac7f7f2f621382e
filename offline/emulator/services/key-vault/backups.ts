import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { Secret } from "../../world/subscription";
import { rights } from "./access";
import { dataPlaneVersions } from "./api-versions";
import { badParameter } from "./errors";
import { latestOf } from "./secret-rules";
import { openSecret } from "./secrets";

const versions = { query: ["api-version"], apiVersions: dataPlaneVersions } as const;
const restoreBody = z.strictObject({ value: z.string() });

/** Encrypts backups; new in every process, because only the service can ever read one. */
const key = randomBytes(32);
const [ivBytes, tagBytes] = [12, 16];

interface Backup {
  readonly subscriptionId: string;
  readonly secret: Secret;
}

function seal(backup: Backup): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(backup), "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url");
}

function open(value: string): Backup {
  const bytes = Buffer.from(value, "base64url");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
    return JSON.parse(text.toString("utf8")) as Backup;
  } catch {
    // UNVERIFIED: the wording.
    throw badParameter("The backup blob is not valid or has been made by another vault service.");
  }
}

/** All versions of a secret in one opaque text. */
function backUp(request: RouteRequest): RouteResponse {
  const { store, name } = openSecret(request, rights.backup);
  const secret = store.get(name);
  return { status: 200, body: { value: seal({ subscriptionId: store.vault.subscriptionId, secret }) } };
}

/** Restores a secret with all versions, in any vault of the same subscription where its name is free. */
function restore(request: RouteRequest<z.infer<typeof restoreBody>>): RouteResponse {
  const { store, answers } = openSecret(request, rights.restore);
  const { subscriptionId, secret } = open(request.body.value);
  if (subscriptionId !== store.vault.subscriptionId) {
    // Documented rule; UNVERIFIED: the wording.
    throw badParameter("The backup can only be restored to a vault in the same subscription and geography.");
  }
  const restored = store.restore(secret);
  return { status: 200, body: answers.bundle(restored, latestOf(restored)) };
}

/** @see https://learn.microsoft.com/azure/key-vault/general/backup */
export const backupRoutes: readonly Route[] = [
  { method: "POST", path: "/secrets/:secret/backup", ...versions, handle: backUp },
  routeWithBody({ method: "POST", path: "/secrets/restore", ...versions, body: restoreBody, handle: restore }),
];
