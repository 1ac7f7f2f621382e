/** Our own code broken on purpose in one place, and the test that must notice. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** The function, method or constant that holds the place. */
  readonly within: string;
  /** The code of the one node to replace, `_` standing for any: see `syntax.js`. */
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
    file: "components/partner-access/proof.ts",
    within: "proofHook",
    find: "dependencies.prove(_, tenantId, endpoints)",
    replace: "Promise.resolve()",
    caughtBy: validity("when the new secret is not accepted in time"),
  },
  {
    name: "publish first, prove afterwards",
    file: "components/credential-vault.ts",
    within: "createClientSecret",
    find: "{ beforeCreate: [args.proof], beforeUpdate: [args.proof] }",
    replace: "{ afterCreate: [args.proof], afterUpdate: [args.proof] }",
    caughtBy: validity("when the new secret is not accepted in time"),
  },
  {
    name: "take one token for a proof's success without asking again",
    file: "clients/entra/proof.ts",
    within: "proveSecret",
    find: "if (!refusal.isTemporary) throw refusal;",
    replace: "return { successes: 0, attempts, seconds: 0 };",
    caughtBy: validity("when the new secret is not accepted in time"),
  },
  {
    name: "retire at once",
    file: "rotation/plan.ts",
    within: "planRotation",
    find: "isCompromised ? {} : _",
    replace: "{}",
    caughtBy: validity("in one rotation, on the days of its overlap and after it"),
  },
  {
    name: "forget the previous slot",
    file: "rotation/publication.ts",
    within: "recordAfter",
    find: "planned ? _ : []",
    replace: 'planned && name === plan.current ? [[name, { ...planned, keyId: keyIds[name] ?? "" }]] : []',
    caughtBy: validity("in one rotation, on the days of its overlap and after it"),
  },
  {
    name: "rotate inside the overlap",
    file: "rotation/plan.ts",
    within: "planRotation",
    find: "today < record.overlapEnds || !(isDue || isAsked)",
    replace: "!(isDue || isAsked)",
    caughtBy: validity("when somebody asks for another one inside the overlap: it waits"),
  },
  {
    name: "ignore the mark",
    file: "rotation/credentials.ts",
    within: "judge",
    find: "if (!ours(displayName)) return _;",
    replace: "void ours;",
    caughtBy: handsOff("leaves everything of others alone in one short life"),
  },
  {
    name: "derive the end date from now",
    file: "rotation/plan.ts",
    within: "freshSlot",
    find: "addDays(start, schedule.lifetimeDays)",
    replace: "addDays(today, schedule.lifetimeDays)",
    caughtBy: faults("when the vault refuses the publish"),
  },
  {
    name: "mint again after an unclear reply",
    file: "components/problems.ts",
    within: "askUnless",
    find: "isAnswer(error)",
    replace: "isAnswer(error) || error",
    caughtBy: faults("when the record cannot be read: nothing is minted on a guess"),
  },
  {
    name: "log the error object",
    file: "clients/entra/token-endpoint.ts",
    within: "refusalIn",
    find: 'wordIn(body?.["correlation_id"])',
    replace: "JSON.stringify(body)",
    caughtBy: faults("that repeats the secret in its refusal is not quoted"),
  },
  {
    name: "mint what the tenant's policy forbids",
    file: "components/partner-access/secret-policy.ts",
    within: "policyProblems",
    find: "certain.length > 0",
    replace: "certain.length < 0",
    caughtBy: faults("is known before anything is minted, with the value it allows"),
  },
  {
    name: "take a deleted entry for an empty vault",
    file: "components/partner-access/missing-entry.ts",
    within: "lookForDeleted",
    find: "deleted === undefined",
    replace: "deleted !== undefined || entryName",
    caughtBy: faults("in which the entry was deleted and can be recovered"),
  },
  {
    name: "take a purged entry for a first publish",
    file: "rotation/missing-entry.ts",
    within: "missingEntryFindings",
    find: "refused(isElsewhere ? _ : _)",
    replace: "isElsewhere ? refused(movedSentence(facts, published)) : { problems: [], warnings: [] }",
    caughtBy: {
      file: "tests/rotation/proofs/missing-entry.test.ts",
      test: "and that was purged is no first publish",
    },
  },
  {
    name: "keep a slot that a broken-off run has replaced",
    file: "rotation/state-slots.ts",
    within: "replacedProblems",
    find: "!isKept || held === undefined || held.generation === kept.generation",
    replace: "kept !== undefined || isKept || held !== undefined",
    caughtBy: {
      file: "tests/rotation/proofs/broken-off.test.ts",
      test: "leaves the previous secret to its consumers when it is taken back",
    },
  },
  {
    name: "remove the old entries of a move before the new ones are proven",
    file: "components/credential-vault.ts",
    within: "createEntry",
    find: "{ parent: this, deleteBeforeReplace: false, ...opts }",
    replace: "{ parent: this, ...opts }",
    caughtBy: {
      file: "tests/rotation/proofs/moves.test.ts",
      test: "leaves consumers what they read when the new secret is not accepted",
    },
  },
];
