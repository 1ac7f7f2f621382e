import type { AzureadContext } from "./context";
import { textOf } from "./graph-object";
import { textsInSetOrder } from "./set-order";

/** Graph accepts at most this many owners when it creates an object. */
const ownersAtCreation = 20;

/** Which owners a creation binds at once, which are added after it, and whether the caller goes again. */
export interface OwnersPlan {
  readonly bound: readonly string[];
  readonly added: readonly string[];
  readonly removesCaller: boolean;
}

/** The caller is always bound first, because the calls that follow the creation need an owner; it goes again where it is not wanted. */
export function planOwners(wanted: readonly string[], caller: string): OwnersPlan {
  const others = textsInSetOrder(wanted).filter((owner) => owner.toLowerCase() !== caller.toLowerCase());
  return {
    bound: [caller, ...others.slice(0, ownersAtCreation - 1)],
    added: others.slice(ownersAtCreation - 1),
    removesCaller: !wanted.some((owner) => owner.toLowerCase() === caller.toLowerCase()),
  };
}

/** How a body refers to an object of the directory. */
export function directoryObject(context: AzureadContext, objectId: string): string {
  return `${context.graph.address}/v1.0/directoryObjects/${objectId}`;
}

/** After a creation: owners beyond those bound, and the caller's removal. @param path of the owned object */
export async function finishOwners(path: string, plan: OwnersPlan, context: AzureadContext): Promise<void> {
  for (const owner of plan.added) await addOwner(path, owner, context);
  if (plan.removesCaller) await context.graph.delete(`${path}/owners/${context.callerObjectId}/$ref`);
}

/** Makes the owners those wanted: additions first, so that there is never none. */
export async function replaceOwners(path: string, wanted: readonly string[], context: AzureadContext): Promise<void> {
  const present = await readOwners(path, context);
  for (const owner of wanted.filter((id) => !present.includes(id))) await addOwner(path, owner, context);
  for (const owner of present.filter((id) => !wanted.includes(id)))
    await context.graph.delete(`${path}/owners/${owner}/$ref`);
}

export async function readOwners(path: string, context: AzureadContext): Promise<string[]> {
  return (await context.graph.list(`${path}/owners`)).map((owner) => textOf(owner, "id"));
}

async function addOwner(path: string, owner: string, context: AzureadContext): Promise<void> {
  const repeat = ({ status }: { readonly status: number }) => status === 404;
  await context.graph.post(`${path}/owners/$ref`, { "@odata.id": directoryObject(context, owner) }, { repeat });
}
