import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { constants, gunzipSync } from "node:zlib";

/** Something that may hold a secret: a file, an output, an answer. */
export interface Place {
  readonly name: string;
  readonly content: Buffer;
}

/** A secret that was found: where, which one and in what form; never the secret itself. */
export interface Leak {
  readonly place: string;
  readonly secret: string;
  readonly form: string;
}

export const placeOf = (name: string, text: string | Buffer): Place => ({
  name,
  content: typeof text === "string" ? Buffer.from(text, "utf8") : text,
});

/** Every form in which a text may lie around unnoticed, by what it is called. Equal forms are listed once. */
export function formsOf(secret: string): ReadonlyMap<string, string> {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret, "utf8");
  const go = json.replace(/[<>&\u2028\u2029]/g, unicodeEscape);
  const forms: [string, string][] = [
    ["plain", secret],
    ["JSON", json],
    ["JSON as Go writes it", go],
    ["JSON with every non-ASCII character escaped", json.replace(/[\u007f-\uffff]/g, unicodeEscape)],
    ["JSON in JSON", JSON.stringify(json).slice(1, -1)],
    ["JSON as Go writes it, twice", JSON.stringify(go).slice(1, -1)],
    ["URL", encodeURIComponent(secret)],
    ["URL as Go's path has it", encodeURI(secret)],
    ["form", new URLSearchParams({ it: secret }).toString().slice(3)],
    ["URL, every byte", percentEscaped(bytes)],
    ["URL, every byte in lower case", percentEscaped(bytes).toLowerCase()],
    ["hex", bytes.toString("hex")],
    ["hex in upper case", bytes.toString("hex").toUpperCase()],
    ["HTML", secret.replace(/[&<>"']/g, (character) => htmlEscapes[character] ?? character)],
    ["UTF-16", bytesAsLatin1(Buffer.from(secret, "utf16le"))],
    ...base64Forms(bytes),
  ];
  const seen = new Set<string>();
  return new Map(forms.filter(([, text]) => !seen.has(text) && seen.add(text)));
}

const htmlEscapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function percentEscaped(bytes: Buffer): string {
  return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

const bytesAsLatin1 = (bytes: Buffer) => bytes.toString("latin1");

/**
 * Base64 in both alphabets, as it looks inside a longer encoded text. How many bytes stand before the secret decides
 * which of three texts it becomes; the characters that also depend on its neighbours are left out.
 */
function base64Forms(bytes: Buffer): [string, string][] {
  return [0, 1, 2].flatMap((before): [string, string][] => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const first = [0, 2, 3][before] ?? 0;
    // The last character holds bits of the next byte, unless the bytes end with a group of three.
    const last = (before + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    const sure = encoded.slice(first, last);
    const urlSafe = sure.replaceAll("+", "-").replaceAll("/", "_");
    return [
      [`base64 after ${before}`, sure],
      [`base64url after ${before}`, urlSafe],
    ];
  });
}

/** Looks for every secret, in every form, in every place. What is compressed is searched as it is and unpacked. */
export function findLeaks(places: readonly Place[], secrets: ReadonlyMap<string, string>): Leak[] {
  const index = createIndex(secrets);
  return places.flatMap(({ name, content }) => {
    const found = contentsOf(content).flatMap((bytes) => search(bytes, index));
    return [...new Set(found)].map(({ secret, form }) => ({ place: name, secret, form }));
  });
}

/** One form of one secret, as the bytes of a place would hold it. */
interface Wanted {
  readonly secret: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** What to look for, so that one pass over a place finds all: thousands of passes over megabytes take seconds. */
interface Index {
  /** By the first two bytes: whether any form begins so. */
  readonly begins: Uint8Array;
  readonly byPrefix: ReadonlyMap<string, readonly Wanted[]>;
}

const prefixLength = 8;

function createIndex(secrets: ReadonlyMap<string, string>): Index {
  const begins = new Uint8Array(0x10000);
  const byPrefix = new Map<string, Wanted[]>();
  for (const [secret, text] of secrets) {
    if (text.length < prefixLength) throw new Error(`the secret ${secret} is too short to be recognised`);
    for (const [form, wanted] of formsOf(text)) {
      const bytes = Buffer.from(wanted, form === "UTF-16" ? "latin1" : "utf8");
      begins[bytes.readUInt16BE()] = 1;
      const prefix = bytes.toString("latin1", 0, prefixLength);
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { secret, form, bytes }]);
    }
  }
  return { begins, byPrefix };
}

function search(content: Buffer, { begins, byPrefix }: Index): readonly Wanted[] {
  const found: Wanted[] = [];
  for (let at = 0; at + prefixLength <= content.length; at += 1) {
    if (begins[((content[at] ?? 0) << 8) | (content[at + 1] ?? 0)] === 0) continue;
    for (const wanted of byPrefix.get(content.toString("latin1", at, at + prefixLength)) ?? []) {
      if (content.subarray(at, at + wanted.bytes.length).equals(wanted.bytes)) found.push(wanted);
    }
  }
  return found;
}

/** A content as it is, and unpacked when it is gzip: also one that was cut off, as a log of a killed process is. */
export function contentsOf(content: Buffer): readonly Buffer[] {
  const isGzip = content[0] === 0x1f && content[1] === 0x8b;
  if (!isGzip) return [content];
  return [content, gunzipSync(content, { finishFlush: constants.Z_SYNC_FLUSH })];
}

/** Every file below a folder, links not followed. Names of files and folders are places too. */
export function placesIn(folder: string, label: string): Place[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = `${label}/${relative(folder, path)}`;
    const named = placeOf(`name of ${name}`, entry.name);
    return entry.isFile() && statSync(path).size > 0 ? [named, placeOf(name, readFileSync(path))] : [named];
  });
}
