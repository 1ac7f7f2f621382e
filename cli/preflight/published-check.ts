import { commandLine } from "../../model/command-line";
import { vaultSecretName } from "../../model/vault-entries";
import { type PublishedRecord, readRecord } from "../../rotation/record";
import { entraDisagreements } from "../../rotation/trusted-record";
import type { ValueCheck } from "../../rotation/value-check";
import type { Tenant } from "../shared/tenant";
import { checkValue } from "../shared/value";
import { type Check, cannotTell, failed, ok, type Subject } from "./check";

const subject: Subject = { name: "published-secret", who: "you" };

/** Whether what an earlier update published is still that; no check before the first one, or where the vault's own checks say why not. */
export async function publishedChecks(tenant: Tenant): Promise<readonly Check[]> {
  const { configuration, vault, graph, stack } = tenant;
  const name = vaultSecretName(configuration.vault.prefix, "client-secret");
  const tags = await vault.readTags(name).catch(() => undefined);
  if (tags === undefined) return [];
  const { record, problems = [] } = readRecord(tags);
  const damage = problems.map(({ tag, sentence }) => `tag ${tag} ${sentence}`);
  const application = await graph.application(tags["clientId"] ?? "").catch(() => undefined);
  const differences = record && application ? entraDisagreements(record, application.credentials) : [];
  return [judgePublished(name, stack, [...damage, ...differences], await checkReadable(tenant, record))];
}

/** A value below tags that cannot be read proves nothing. */
async function checkReadable(tenant: Tenant, record: PublishedRecord | undefined): Promise<ValueCheck | undefined> {
  return record && checkValue(tenant);
}

function judgePublished(name: string, stack: string, damage: readonly string[], value: ValueCheck | undefined): Check {
  const fix = commandLine("recover", "-s", stack);
  if (damage.length > 0) return failed(subject, `${name} is not as this stack published it: ${damage.join("; ")}`, fix);
  if (value?.result === "refused") return failed(subject, value.detail, fix);
  return value?.result === "accepted" ? ok(subject, value.detail) : cannotTell(subject, value?.detail ?? "");
}
