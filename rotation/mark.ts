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

/** What a mark says; undefined for any other display name. A long origin is the shortened one. */
export function readMark(displayName: string): { readonly origin: string; readonly generation: number } | undefined {
  const [, origin, generation] = SHAPE.exec(displayName) ?? [];
  return origin === undefined ? undefined : { origin, generation: Number(generation) };
}

/**
 * The notes of the application that a deployment creates: they go with the request that creates it, so a run that is killed before it has the
 * answer leaves an application that can be told from others. Everyone who may read the directory can read them, so they prove enough to
 * remove an application, which its owner could do too, and too little to trust one.
 */
export function applicationNotes(deploymentId: string): string {
  return `Managed by partner-insights-access, deployment ${deploymentId}`;
}

/** A long origin keeps its beginning and gets a hash for its end, so that two long origins stay apart. */
function shorten(origin: string, room: number): string {
  if (origin.length <= room) return origin;
  const hash = createHash("sha256").update(origin).digest("hex").slice(0, 8);
  return `${origin.slice(0, room - hash.length - 1)}~${hash}`;
}
