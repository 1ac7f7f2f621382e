import * as pulumi from "@pulumi/pulumi";
import {
  type CloudEndpoints,
  type CloudName,
  isLoopback,
  readCloudEndpoints,
  readOpenId,
} from "../../clients/entra/clouds";
import { proveSecret } from "../../clients/entra/proof";
import { quietAzureLog } from "../../clients/http/azure-log";
import { useEnvironmentProxy } from "../../clients/http/proxy";
import type { DeletedSecret } from "../../clients/key-vault/deleted-secret";
import { type Day, dayOf } from "../../model/day";
import { clockProblems, type LocalTime } from "../../rotation/clock";
import type { SecretPolicies } from "../../rotation/lifetime-policy";
import type { StateView, Tags } from "../../rotation/state-view";
import { readComponentState } from "../memory";
import { askOrStop } from "../problems";

/** What a client secret is proven with. */
export interface SecretToProve {
  readonly clientId: string;
  readonly secret: string;
  readonly isNewApplication: boolean;
}

/** A tenant as its application's owner names it. */
export interface NamedTenant {
  readonly id: string;
  readonly domain: string;
}

/**
 * What a PartnerAccess takes from outside beside its arguments and its providers. Left out: the clock, the environment and Entra's public
 * documents. Tests and reviews hand in their own, and run without any of them.
 */
export interface ProgramDependencies {
  /** Read once: a run that crosses midnight must not change its mind. */
  readonly today: Day;
  /** Why the previous secret should become current again; set by the rotate command only. */
  readonly rollback?: string | undefined;
  /** The tags to go by instead of the entry's own, which are damaged; set by our commands only. */
  readonly repair?: Tags | undefined;
  /** Whether the engine touches slots and entry only, so that nothing is granted and nobody is named; set by the rotate command only. */
  readonly grantsNothing?: boolean;
  readEndpoints(cloud: CloudName): Promise<CloudEndpoints>;
  /** Why this is not the tenant that its domain names, or not the time; empty when it is. */
  signInProblems(tenant: NamedTenant, endpoints: CloudEndpoints): Promise<readonly string[]>;
  /** Returns when Entra accepts the secret everywhere; throws when it does not. */
  prove(secret: SecretToProve, tenantId: string, endpoints: CloudEndpoints): Promise<void>;
  /**
   * What the tenant's app management policies say about client secrets of this application (none yet: undefined). Undefined
   * when this identity may not read them. Left out: not checked, because it needs a sign-in of its own.
   */
  readSecretPolicies?(clientId: string | undefined, endpoints: CloudEndpoints): Promise<SecretPolicies | undefined>;
  /** A deleted vault entry that can be recovered; undefined when there is none. Left out: not checked, for the same reason. */
  readDeletedEntry?(name: string, endpoints: CloudEndpoints): Promise<DeletedSecret | undefined>;
  /** What this stack's state knew of the component before this run. Left out where there is no state to ask. */
  readState?(component: pulumi.ComponentResource): Promise<StateView>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

let shared: ProgramDependencies | undefined;

/** What every PartnerAccess of a program takes unless told otherwise: one day for all of them. */
export function usualDependencies(): ProgramDependencies {
  shared ??= environmentDependencies(process.env);
  return shared;
}

/** The clock, Entra's public documents, and the proof: nothing that needs a sign-in of its own. */
export function environmentDependencies(env: Environment): ProgramDependencies {
  quietAzureLog(process.env);
  useEnvironmentProxy(process.env);
  const metadataHost = env["ARM_METADATA_HOSTNAME"] || undefined;
  return {
    today: readToday(env["PARTNER_ACCESS_NOW"], metadataHost),
    rollback: env["PARTNER_ACCESS_ROLLBACK"] || undefined,
    repair: readRepair(env["PARTNER_ACCESS_REPAIR"]),
    readEndpoints: (cloud) =>
      askOrStop("where this cloud's services are", () => readCloudEndpoints({ cloud, metadataHost })),
    signInProblems: (tenant, { authority }) => tenantProblems(tenant, authority, () => timeIn(env)),
    async prove({ clientId, secret, isNewApplication }, tenantId, { authority, graph }) {
      const scope = `${graph}/.default`;
      await proveSecret({ authority, tenantId, clientId, secret, scope, isNewApplication });
    },
    readState: readComponentState,
  };
}

/** The record that a command hands over, as the JSON of its tags. */
function readRepair(text: string | undefined): Tags | undefined {
  return text ? (JSON.parse(text) as Tags) : undefined;
}

/** The day a run believes it is: the clock's, or a stated one where no real tenant can be met. */
export function readToday(stated: string | undefined, metadataHost: string | undefined, now = new Date()): Day {
  if (!stated) return dayOf(now);
  if (!metadataHost || !isLoopback(metadataHost)) {
    throw new pulumi.RunError(
      "PARTNER_ACCESS_NOW is set, but the endpoints are not this machine's (ARM_METADATA_HOSTNAME is " +
        `${metadataHost ?? "not set"}). A stated time is for the emulator only: unset it`,
    );
  }
  const time = new Date(stated);
  if (Number.isNaN(time.getTime())) {
    throw new pulumi.RunError(`PARTNER_ACCESS_NOW must be a time like 2026-11-22T08:00:00Z, got ${stated}`);
  }
  return dayOf(time);
}

/** What this run takes for the time. A stated one was accepted above. */
function timeIn(env: Environment): LocalTime {
  const stated = env["PARTNER_ACCESS_NOW"];
  return stated ? { now: new Date(stated), isStated: true } : { now: new Date(), isStated: false };
}

/** Why a domain is not this tenant's, or this machine's clock is wrong. */
export async function tenantProblems(
  tenant: NamedTenant,
  authority: string,
  time: () => LocalTime,
): Promise<readonly string[]> {
  // A provider's own "who am I" only echoes its settings; the domain's public document is Microsoft's word.
  const { tenantId: named, date } = await askOrStop(`which tenant has the domain ${tenant.domain}`, () =>
    readOpenId({ authority, domain: tenant.domain }),
  );
  const problems = [...clockProblems(time(), date)];
  if (named !== tenant.id.toLowerCase()) {
    problems.push(`tenant.domain ${tenant.domain} belongs to tenant ${named}, tenant.id is ${tenant.id}: correct one`);
  }
  return problems;
}
