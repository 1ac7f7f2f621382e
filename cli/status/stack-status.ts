import { type Day, daysBetween } from "../../model/day";
import { vaultSecretName } from "../../model/vault-entries";
import { type PlanOptions, planSlots } from "../../rotation/plan";
import type { PublishedRecord } from "../../rotation/record";
import {
  type Finding,
  keptPrevious,
  publishedSlot,
  refreshTokenAge,
  type StatusFacts,
  statusFindings,
} from "../../rotation/status";
import type { ValueCheck } from "../../rotation/value-check";
import { extraApplication, extrasBeside } from "../recover/extra-applications";
import { type Problem, problemsOf } from "../shared/document";
import { judge, nothingPublished, readDirectoryState, readPublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";
import { checkValue, refusedValue } from "../shared/value";

/** One tenant's state of affairs; null where there is nothing, or nothing could be read. */
export interface StackStatus {
  readonly stack: string;
  readonly ok: boolean;
  readonly published: {
    readonly keyId: string;
    readonly generation: number;
    readonly publishedOn: Day;
    /** First day of its life in Entra: the publish, or shortly before. */
    readonly starts: Day;
    readonly expires: Day;
    readonly ageDays: number;
  } | null;
  readonly previous: {
    readonly keyId: string;
    readonly generation: number;
    readonly starts: Day;
    readonly expires: Day;
    readonly removableOn: Day;
  } | null;
  readonly nextRotation: Day | null;
  readonly refreshToken: { readonly ageDays: number } | null;
  /** Whether Entra accepts exactly the value that consumers read; null where nothing is published. */
  readonly value: ValueCheck | null;
  readonly problems: readonly Problem[];
}

/** Reads one tenant from its vault and its directory, and says what is wrong. */
export async function readStatus(tenant: Tenant): Promise<StackStatus> {
  const published = await readPublishedState(tenant);
  if (published === undefined) throw await nothingPublished(tenant);
  const [{ application, principal }, refreshToken, value] = await Promise.all([
    readDirectoryState(tenant, published.clientId),
    tenant.vault.latest(vaultSecretName(tenant.configuration.vault.prefix, "refresh-token")),
    checkValue(tenant),
  ]);
  const judged = judge(tenant, published, application);
  const extras = application && (await extrasBeside(tenant, published.record.deployment, application));
  const facts: StatusFacts = {
    today: tenant.today,
    stack: tenant.stack,
    record: published.record,
    schedule: { ...tenant.configuration.rotation, tenantId: tenant.configuration.tenant.id },
    clientSecret: published.entry,
    refreshToken,
    live: {
      credentials: application?.credentials,
      principal,
      orphans: judged.filter(({ kind }) => kind === "orphan").map(({ keyId }) => keyId),
    },
  };
  const status = statusOf(tenant.stack, facts, nextRotation(tenant, published.record), value);
  return withProblems(status, extras?.map((extra) => extraApplication(tenant.stack, extra)) ?? []);
}

function withProblems(status: StackStatus, more: readonly Problem[]): StackStatus {
  const problems = [...status.problems, ...more];
  return { ...status, ok: problems.length === 0, problems };
}

/** The status that facts add up to. */
export function statusOf(stack: string, facts: StatusFacts, nextRotation: Day, value: ValueCheck): StackStatus {
  const { record, today } = facts;
  const { keyId, generation, start, end } = publishedSlot(record);
  const previous = keptPrevious(record, today);
  const problems = statusFindings(facts).map(problemOf);
  // Why a value is refused is said already where its secret is gone or has expired.
  const isExplained = problems.some(({ code }) => explains.has(code));
  if (value.result === "refused" && !isExplained) problems.push(refusedValue(stack, value));
  const age = refreshTokenAge(facts.refreshToken, today);
  return {
    stack,
    ok: problems.length === 0,
    published: {
      keyId,
      generation,
      publishedOn: record.publishedOn,
      starts: start,
      expires: end,
      ageDays: daysBetween(record.publishedOn, today),
    },
    previous: previous
      ? {
          keyId: previous.keyId,
          generation: previous.generation,
          starts: previous.start,
          expires: previous.end,
          removableOn: record.overlapEnds,
        }
      : null,
    nextRotation,
    refreshToken: age === undefined ? null : { ageDays: age },
    value,
    problems,
  };
}

/** Findings that explain why the value does not work. */
const explains: ReadonlySet<string> = new Set(["credential-missing", "expired"]);

/** A tenant that could not be read: that is a finding of its own, never "all well". */
export function unreadable(stack: string, error: unknown): StackStatus {
  const problems = problemsOf(error);
  const nothing = { published: null, previous: null, nextRotation: null, refreshToken: null, value: null };
  return { stack, ok: false, ...nothing, problems };
}

function problemOf({ code, sentence, fix }: Finding): Problem {
  return { code, message: sentence, fix };
}

/** By today's configuration; the record's own due day is for those who cannot see it. */
function nextRotation({ configuration, today, stack }: Tenant, record: PublishedRecord): Day {
  const { rotation, tenant } = configuration;
  const options: PlanOptions = {
    origin: stack,
    ...(rotation.request && { request: { text: rotation.request, isCompromised: rotation.compromised } }),
  };
  const plan = planSlots(record, { ...rotation, tenantId: tenant.id }, today, options);
  return plan.isPublish ? today : plan.nextRotationOn;
}
