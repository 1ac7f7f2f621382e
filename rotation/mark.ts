import { createHash } from "node:crypto";

const PREFIX = "partner-access";
/** Entra cuts nothing off: a longer display name is refused. */
const LONGEST = 120;
const SHAPE = /^partner-access\/([^/]+)\/([1-9]\d*)$/;

/** The display name that marks a credential as ours: `partner-access/<origin>/<generation>`. */
export function markOf(origin: string, generation: number): string {
  const room = LONGEST - `${PREFIX}//${generation}`.length;
  return `${PREFIX}/${shorten(origin, room)}/${generation}`;
}

/** What a mark says; undefined for a display name that is none. A long origin is the shortened one. */
export function readMark(displayName: string): { readonly origin: string; readonly generation: number } | undefined {
  const [, origin, generation] = SHAPE.exec(displayName) ?? [];
  return origin === undefined ? undefined : { origin, generation: Number(generation) };
}

/** A long origin keeps its beginning and gets a hash for its end, so that two long origins stay apart. */
function shorten(origin: string, room: number): string {
  if (origin.length <= room) return origin;
  const hash = createHash("sha256").update(origin).digest("hex").slice(0, 8);
  return `${origin.slice(0, room - hash.length - 1)}~${hash}`;
}
