import type { Journey } from "./journey";

/**
 * Shortens the seconds that a proof takes at least, in this journey's copy of the sources, as the stand-in providers shorten their
 * waits: the three tokens, their order and a wait for a secret that is not accepted yet stay. The demo, the life of a stack and the
 * leaks run with the real ten seconds.
 */
export async function shortenProof(journey: Journey): Promise<void> {
  await journey.edit("clients/entra/proof.ts", (text) =>
    text.replace("SHORTEST_PROOF_MS = 10_000", "SHORTEST_PROOF_MS = 400"),
  );
}
