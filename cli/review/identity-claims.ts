import type { Identity, KnownIdentity } from "../../permissions/manifest";
import { type Problem, problemsOf } from "../shared/document";

/** What tenant or vault says to "this object id stands for that". A failed read throws. */
export type IdentityAnswer =
  | { readonly kind: "holds" }
  /** A clause on what is so instead. */
  | { readonly kind: "otherwise"; readonly says: string }
  /** This identity may not look. */
  | { readonly kind: "denied"; readonly why: string };

/** Whom to ask about a remembered identity. */
export interface IdentityWitness {
  ask(claim: KnownIdentity): Promise<IdentityAnswer>;
  /** Whether the state before this run remembers the very same. */
  isInState(claim: KnownIdentity): Promise<boolean>;
}

/**
 * Why what a program remembers of its look-ups cannot be believed: `not-approved` where the tenant contradicts, `identity-unknown`
 * where it cannot be told. An identity that may not look is content with a state that remembered the same before.
 */
export async function identityProblems(
  stack: string,
  claims: readonly KnownIdentity[],
  witness: IdentityWitness,
): Promise<readonly Problem[]> {
  const problems = await Promise.all(
    claims.map((claim) => problemOf(stack, claim, witness).catch((error: unknown) => untold(stack, claim, error))),
  );
  return problems.flatMap((problem) => problem ?? []);
}

async function problemOf(stack: string, claim: KnownIdentity, witness: IdentityWitness): Promise<Problem | undefined> {
  const answer = await witness.ask(claim);
  if (answer.kind === "holds") return undefined;
  if (answer.kind === "denied") {
    if (await witness.isInState(claim)) return undefined;
    return unknownProblem(stack, claim, `${answer.why}; the state before this run does not show it either`);
  }
  return {
    code: "not-approved",
    message: `${stack}: the program takes ${claimText(claim)}, but ${answer.says}: the approved access would be granted to someone else`,
    fix: "Nothing was changed. Read what the program remembers (components/memory.ts and who calls it), and fix that.",
  };
}

function untold(stack: string, claim: KnownIdentity, error: unknown): Problem {
  const why = problemsOf(error).map(({ message }) => message);
  return unknownProblem(stack, claim, why.join("; "));
}

function unknownProblem(stack: string, claim: KnownIdentity, why: string): Problem {
  return {
    code: "identity-unknown",
    message: `${stack}: the program takes ${claimText(claim)}, and this could not be verified: ${why}`,
    fix: "Nothing was changed. Fix that and run it again, or run up with the digest as the deployer first.",
  };
}

/** `"ID" for WHOM`. Both come from the program, and are quoted: they could hold anything. */
export function claimText({ objectId, identity }: KnownIdentity): string {
  return `${JSON.stringify(objectId.slice(0, 80))} for ${identityText(identity)}`;
}

function identityText(identity: Identity): string {
  switch (identity.kind) {
    case "api":
      return `the API ${identity.clientId}`;
    case "user":
      return JSON.stringify(identity.userPrincipalName.slice(0, 120));
    case "deployer":
      return "the deployer";
    case "vault-writer":
      return "the identity that writes the vault";
  }
}
