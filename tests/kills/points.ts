import { seededRandom } from "../../offline/emulator/http/faults";
import { type Station, stations } from "../../offline/emulator/http/passage";

/** A moment of a rotation: the n-th HTTP call of its process tree, counted from 1, and where that call is. */
export interface KillPoint {
  readonly n: number;
  readonly station: Station;
}

/** What an undisturbed rotation calls, in order: `graph POST /v1.0/…`. */
export type CallList = readonly string[];

/** Every point of a rotation with these calls: three per call. */
export function everyPoint(calls: CallList): readonly KillPoint[] {
  return calls.flatMap((_, index) => stations.map((station) => ({ n: index + 1, station })));
}

/**
 * A part of the points, the same for the same seed. First those after a write has been committed: they are the ones that can
 * lose something. Before a write, nothing has happened that an earlier point does not show.
 */
export function choosePoints(calls: CallList, count: number, seed: number): readonly KillPoint[] {
  const random = seededRandom(seed);
  const canLose = ({ n, station }: KillPoint) => station !== "arrived" && isWrite(calls[n - 1] ?? "");
  return everyPoint(calls)
    .map((point) => ({ point, rank: (canLose(point) ? 0 : 1) + random() }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, count)
    .map(({ point }) => point);
}

/** Whether a call can change something; a token request changes nothing. */
export function isWrite(call: string): boolean {
  return /^(graph|arm|vault) (POST|PUT|PATCH|DELETE) /.test(call);
}

const words: Record<Station, string> = { arrived: "before", committed: "committed, not answered:", answered: "after" };

export function describePoint({ n, station }: KillPoint, call: string): string {
  return `${String(n).padStart(3)} ${words[station]} ${call}`;
}

/** Milliseconds between an answer and the kill: what a client does with an answer takes time, and may be cut anywhere. */
export function delayAt({ n, station }: KillPoint, seed: number): number {
  return station === "answered" ? Math.floor(seededRandom(seed * 1000 + n)() * 200) : 0;
}

/** Reads `12:committed,40,addPassword`: a number or a part of a call's path, one station or all three. */
export function parsePoints(text: string, calls: CallList): readonly KillPoint[] {
  return text.split(",").flatMap((part) => {
    const [name = "", named] = part.trim().split(":");
    const numbers = calls.flatMap((call, index) => (isMeant(name, index + 1, call) ? [index + 1] : []));
    const chosen = stations.filter((station) => named === undefined || station === named);
    if (numbers.length === 0 || chosen.length === 0) {
      throw new Error(
        `a point is N (1 to ${calls.length}) or a part of a call, then nothing or :${stations.join("|")}, got "${part}"`,
      );
    }
    return numbers.flatMap((n) => chosen.map((station) => ({ n, station })));
  });
}

function isMeant(name: string, n: number, call: string): boolean {
  return /^\d+$/.test(name) ? Number(name) === n : name !== "" && call.includes(name);
}
