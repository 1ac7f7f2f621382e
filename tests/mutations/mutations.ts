/** Our own code broken on purpose in one place, and the test that must notice. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: { readonly file: string; readonly test: string };
}

const validity = (test: string) => ({ file: "tests/rotation/proofs/validity.test.ts", test });
const faults = (test: string) => ({ file: "tests/rotation/proofs/faults.test.ts", test });
const handsOff = (test: string) => ({ file: "tests/rotation/proofs/hands-off.test.ts", test });

export const mutations: readonly Mutation[] = [
  {
    name: "skip the proof",
    file: "deployment/proof.ts",
    find: "() => outside.prove({ clientId, secret, isNewApplication: facts.isNewApplication }),",
    replace: "async () => undefined,",
    caughtBy: validity("when the new secret is not accepted in time"),
  },
  {
    name: "publish first, prove afterwards",
    file: "components/credential-vault.ts",
    find: "hooks: { beforeCreate: [args.proof], beforeUpdate: [args.proof] }",
    replace: "hooks: { afterCreate: [args.proof], afterUpdate: [args.proof] }",
    caughtBy: validity("when the new secret is not accepted in time"),
  },
  {
    name: "take one token for a proof's success without asking again",
    file: "clients/entra.ts",
    find: "if (!refusal.isTemporary) throw refusal;",
    replace: "return { successes: 0, attempts, seconds: 0 };",
    caughtBy: validity("when the new secret is not accepted in time"),
  },
  {
    name: "retire at once",
    file: "rotation/plan.ts",
    find: "const kept = isCompromised ? {} : occupied(record, [record.current], today);",
    replace: "const kept = {};",
    caughtBy: validity("in one rotation, on the days of its overlap and after it"),
  },
  {
    name: "forget the previous slot",
    file: "rotation/publication.ts",
    find: "return planned ? [[name, { ...planned",
    replace: "return planned && name === plan.current ? [[name, { ...planned",
    caughtBy: validity("in one rotation, on the days of its overlap and after it"),
  },
  {
    name: "rotate inside the overlap",
    file: "rotation/plan.ts",
    find: "if (!isCompromised && (today < record.overlapEnds || !(isDue || isAsked))) return undefined;",
    replace: "if (!isCompromised && !(isDue || isAsked)) return undefined;",
    caughtBy: validity("when somebody asks for another one inside the overlap: it waits"),
  },
  {
    name: "ignore the mark",
    file: "rotation/credentials.ts",
    find: 'if (!ours(displayName)) return { ...common, kind: "foreign", isPublished, removableOn: undefined };',
    replace: "void ours;",
    caughtBy: handsOff("leaves everything of others alone in one short life"),
  },
  {
    name: "derive the end date from now",
    file: "rotation/plan.ts",
    find: "const end = addDays(start, schedule.lifetimeDays);",
    replace: "const end = addDays(today, schedule.lifetimeDays);",
    caughtBy: faults("when the vault refuses the publish"),
  },
  {
    name: "mint again after an unclear reply",
    file: "components/problems.ts",
    find: "if (isAnswer(error)) return undefined;",
    replace: "if (isAnswer(error) || error) return undefined;",
    caughtBy: faults("when the record cannot be read: nothing is minted on a guess"),
  },
  {
    name: "log the error object",
    file: "clients/token-endpoint.ts",
    find: 'correlationId: wordIn(body?.["correlation_id"]),',
    replace: "correlationId: JSON.stringify(body),",
    caughtBy: faults("that repeats the secret in its refusal is not quoted"),
  },
  {
    name: "mint what the tenant's policy forbids",
    file: "deployment/secret-policy.ts",
    find: "return certain.length > 0 || possible.length === 0",
    replace: "return certain.length < 0 || possible.length === 0",
    caughtBy: faults("is known before anything is minted, with the value it allows"),
  },
  {
    name: "take a deleted entry for an empty vault",
    file: "deployment/missing-entry.ts",
    find: 'if (deleted === undefined) return { kind: "none" };',
    replace: 'if (deleted !== undefined || entryName) return { kind: "none" };',
    caughtBy: faults("in which the entry was deleted and can be recovered"),
  },
  {
    name: "take a purged entry for a first publish",
    file: "rotation/missing-entry.ts",
    find: "return refused(isElsewhere ? movedSentence(facts, published) : lostSentence(facts));",
    replace: "return isElsewhere ? refused(movedSentence(facts, published)) : { problems: [], warnings: [] };",
    caughtBy: {
      file: "tests/rotation/proofs/missing-entry.test.ts",
      test: "and that was purged is no first publish",
    },
  },
  {
    name: "keep a slot that a broken-off run has replaced",
    file: "rotation/state-slots.ts",
    find: "if (!isKept || held === undefined || held.generation === kept.generation) return [];",
    replace: "if (kept !== undefined || isKept || held !== undefined) return [];",
    caughtBy: {
      file: "tests/rotation/proofs/broken-off.test.ts",
      test: "leaves the previous secret to its consumers when it is taken back",
    },
  },
  {
    name: "remove the old entries of a move before the new ones are proven",
    file: "components/credential-vault.ts",
    find: "{ parent: this, deleteBeforeReplace: false, ...opts }",
    replace: "{ parent: this, ...opts }",
    caughtBy: {
      file: "tests/rotation/proofs/moves.test.ts",
      test: "leaves consumers what they read when the new secret is not accepted",
    },
  },
];
