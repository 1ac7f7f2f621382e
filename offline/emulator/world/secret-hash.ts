import { createHash, timingSafeEqual } from "node:crypto";

/** What the emulator keeps of a secret or password text. Texts here are random or made for tests, so a fast hash is enough. */
export function hashSecret(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Whether a presented text is the one that was hashed. */
export function isSecret(text: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(text), "hex"), Buffer.from(hash, "hex"));
}
