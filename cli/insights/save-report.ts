import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Fails where `saveWhole` could not even begin: it begins in the same way, and leaves nothing. */
export async function demandWritable(path: string): Promise<void> {
  const part = partOf(path);
  await (await open(part, "wx", 0o600)).close();
  await rm(part, { force: true });
}

function partOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.part`);
}

/**
 * Writes a stream to a file that is complete or absent: beside its place first, moved there at the end. Answers its size in bytes. A stream
 * that breaks off throws (Node's fetch does when fewer bytes come than the answer promised), and nothing stays.
 */
export async function saveWhole(
  stream: ReadableStream<Uint8Array>,
  path: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<number> {
  const part = partOf(path);
  // Readable by its owner only: it is the partner's business.
  const file = await open(part, "wx", 0o600);
  try {
    let bytes = 0;
    for await (const chunk of stream) {
      await file.writeFile(chunk);
      bytes += chunk.byteLength;
      onBytes(bytes);
    }
    await file.sync();
    await file.close();
    await rename(part, path);
    return bytes;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}
