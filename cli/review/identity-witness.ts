import type { TokenCredential } from "@azure/identity";
import type { DirectoryView } from "../../clients/graph/directory-view";
import type { GraphInventory } from "../../clients/graph/inventory";
import type { Graph } from "../../clients/graph/reading";
import type { ResourceManager } from "../../clients/resource-manager/role-assignments";
import { azureRoles } from "../../model/azure-roles";
import { isGuid } from "../../model/guid";
import type { KnownIdentity } from "../../permissions/manifest";
import {
  applicationClientIds,
  isSameIdentity,
  readStateRecords,
  rememberedIdentities,
} from "../../permissions/manifest";
import { readClaims } from "../../tokens/claims";
import { vaultId } from "../recover/lost-state/find";
import type { Tenant } from "../shared/tenant";
import type { IdentityAnswer, IdentityWitness } from "./identity-claims";

/** What is read to tell who an object id stands for. Nothing here writes. */
export interface IdentityReaders {
  readonly graph: Pick<Graph, "principal" | "application">;
  readonly view: Pick<DirectoryView, "userName">;
  readonly inventory: Pick<GraphInventory, "owners">;
  readonly azure: Pick<ResourceManager, "vault" | "roleAssignmentsOn">;
  readonly vaultResourceId: string;
  /** Object ids of the identities that sign in now. */
  partnerCaller(): Promise<string>;
  vaultCaller(): Promise<string>;
  /** The state as it was before this run, as the engine exports it; undefined when there is none. */
  stateBefore(): Promise<string | undefined>;
}

/** The command's own readers, with the sign-ins that the program's providers have too. */
export function identityReaders(tenant: Tenant, stateBefore: IdentityReaders["stateBefore"]): IdentityReaders {
  const { configuration, endpoints, graph, view, inventory, directory, azure, vaultIdentity } = tenant;
  const vaultService = `https://${endpoints.keyVaultSuffix}`;
  return {
    graph,
    view,
    inventory,
    azure,
    vaultResourceId: vaultId(configuration),
    partnerCaller: () => callerOf(directory.credential, endpoints.graph),
    vaultCaller: () => callerOf(vaultIdentity, vaultService),
    stateBefore,
  };
}

/** The identity that signs in, from the token's own claim, as the providers read it. */
async function callerOf(credential: TokenCredential, service: string): Promise<string> {
  const token = (await credential.getToken(`${service}/.default`))?.token ?? "";
  const objectId = readClaims(token)?.objectId;
  if (objectId === undefined) throw new Error(`the access token for ${service} does not name its owner (no claim oid)`);
  return objectId;
}

/** Asks tenant, vault and state, each only when it is needed. */
export function createIdentityWitness(readers: IdentityReaders): IdentityWitness {
  let exported: Promise<string | undefined> | undefined;
  const state = async () => {
    exported ??= readers.stateBefore();
    return readStateRecords((await exported) ?? "{}");
  };
  const isInState = async (claim: KnownIdentity) =>
    rememberedIdentities(await state()).some((it) => isSameIdentity(it, claim));
  const ask = async (claim: KnownIdentity): Promise<IdentityAnswer> => {
    const { objectId, identity } = claim;
    // It becomes part of an address; and Graph would take a user's name in the place of an id.
    if (!isGuid(objectId)) return otherwise("that is not an object id");
    switch (identity.kind) {
      case "api":
        return askApi(objectId, identity.clientId, readers);
      case "user":
        return askUser(objectId, identity.userPrincipalName, readers);
      case "deployer":
        return askDeployer(claim, applicationClientIds(await state()), isInState, readers);
      case "vault-writer":
        return askVaultWriter(claim, isInState, readers);
    }
  };
  return { ask: (claim) => ask(claim).catch(deniedOr), isInState };
}

async function askApi(objectId: string, clientId: string, { graph }: IdentityReaders): Promise<IdentityAnswer> {
  const found = (await graph.principal(clientId))?.objectId;
  if (found === undefined) return otherwise("the tenant has no service principal of that API");
  return isSame(found, objectId) ? holds : otherwise(`in the tenant its service principal is ${found}`);
}

async function askUser(objectId: string, name: string, { view }: IdentityReaders): Promise<IdentityAnswer> {
  const found = await view.userName(objectId);
  if (found === undefined) return otherwise("the tenant has no user of that id");
  return isSame(found, name) ? holds : otherwise(`in the tenant that is ${JSON.stringify(found)}`);
}

/** The first update's identity: who signs in now, or an owner that the application has already. */
async function askDeployer(
  claim: KnownIdentity,
  clientIds: readonly string[],
  isInState: IdentityWitness["isInState"],
  { graph, inventory, partnerCaller }: IdentityReaders,
): Promise<IdentityAnswer> {
  const caller = await partnerCaller();
  if (isSame(caller, claim.objectId)) return holds;
  const applications = await Promise.all(clientIds.filter((it) => isGuid(it)).map((it) => graph.application(it)));
  const objectIds = applications.flatMap((it) => it?.applicationObjectId ?? []);
  const signsIn = `it is ${caller} that signs in now`;
  // A first update that failed before it made the application; another identity goes on.
  if (objectIds.length === 0) {
    return (await isInState(claim))
      ? holds
      : otherwise(`${signsIn}, and the application that it would own does not exist`);
  }
  const owners = (await Promise.all(objectIds.map((it) => inventory.owners(it)))).flat();
  if (owners.some((owner) => isSame(owner, claim.objectId))) return holds;
  return otherwise(`${signsIn}, and the application is owned by ${owners.join(", ") || "nobody"}`);
}

/** Who signs in to the vault now, or has the writer's role there already. */
async function askVaultWriter(
  claim: KnownIdentity,
  isInState: IdentityWitness["isInState"],
  { azure, vaultResourceId, vaultCaller }: IdentityReaders,
): Promise<IdentityAnswer> {
  const caller = await vaultCaller();
  if (isSame(caller, claim.objectId)) return holds;
  const signsIn = `it is ${caller} that signs in to the vault now`;
  if ((await azure.vault(vaultResourceId)) === undefined) {
    return (await isInState(claim)) ? holds : otherwise(`${signsIn}, and the vault does not exist yet`);
  }
  const writers = (await azure.roleAssignmentsOn(vaultResourceId)).filter(
    ({ roleId, condition }) => isSame(roleId, azureRoles.secretsOfficer.id) && condition === undefined,
  );
  if (writers.some(({ principalObjectId }) => isSame(principalObjectId, claim.objectId))) return holds;
  const names = writers.map(({ principalObjectId }) => principalObjectId).join(", ") || "nobody";
  return otherwise(`${signsIn}, and ${azureRoles.secretsOfficer.name} on the vault is held by ${names}`);
}

const holds: IdentityAnswer = { kind: "holds" };
const otherwise = (says: string): IdentityAnswer => ({ kind: "otherwise", says });

/** A refusal is recognised by its status; any other failure says nothing about rights. */
function deniedOr(error: unknown): IdentityAnswer {
  const { status, message } = error as { status?: unknown; message?: string };
  if (status !== 403) throw error;
  return { kind: "denied", why: message ?? "status 403" };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
