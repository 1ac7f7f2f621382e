import { guid } from "../../model/guid";
import type { AccessManifest, GrantedPermission } from "../manifest/manifest";
import type { AccessChange, Holder } from "./change";
import { type DiffContext, namedPermission, permissionChange } from "./context";
import { added, groupedBy, type Sides } from "./sets";

/** Everyone who signs in. */
const everyone: Holder = { kind: "tenant", name: "everyone who signs in", id: null };

/** What applications list, added or removed. */
export function requestedChanges(base: AccessManifest, head: AccessManifest, context: DiffContext): AccessChange[] {
  return added(base.requested, head.requested).map(({ item, direction }) =>
    permissionChange(context, {
      code: "requested",
      direction,
      application: item.application,
      permission: namedPermission(context, {
        api: item.apiClientId,
        permission: item.permissionId,
        kind: item.kind,
      }),
      holder: null,
    }),
  );
}

/** What is consented in the tenant: added, removed, or reaching more or fewer people. */
export function grantedChanges(base: AccessManifest, head: AccessManifest, context: DiffContext): AccessChange[] {
  const keyOf = ({ consent: _, ...grant }: GrantedPermission) => grant;
  return groupedBy(base.granted, head.granted, keyOf).flatMap(({ key, sides }) => {
    const applications = [...base.applications, ...head.applications].map(({ application }) => application);
    const isOurs = applications.includes(key.application);
    const of = {
      application: key.application,
      permission: namedPermission(context, key),
      alarm: isOurs ? undefined : "the recipient is not an application that this stack declares",
    };
    const holders = {
      before: sides.before.map((grant) => holderOf(grant)),
      after: sides.after.map((grant) => holderOf(grant)),
    };
    return holderChanges(holders).map((change) =>
      permissionChange(context, {
        ...of,
        ...change,
        alarm: of.alarm ?? (change.holder.id === null ? undefined : "the records do not show which user this is"),
      }),
    );
  });
}

type HolderChange = Pick<Parameters<typeof permissionChange>[1], "code" | "direction" | "before" | "after"> & {
  readonly holder: Holder;
};

/** From one user to everyone is one change, not a removal and an addition: "removed" must always mean that someone lost access. */
function holderChanges({ before, after }: Sides<Holder>): readonly HolderChange[] {
  const users = (holders: readonly Holder[]) => holders.filter(({ kind }) => kind !== "tenant");
  const wasEveryone = before.length > users(before).length;
  const isEveryone = after.length > users(after).length;
  if (!wasEveryone && isEveryone && before.length > 0) {
    return [
      { code: "consent", direction: "widened", holder: everyone, before: names(before), after: names(after) },
      ...added(users(before), users(after))
        .filter(({ direction }) => direction === "added")
        .map(grantChange),
    ];
  }
  if (wasEveryone && !isEveryone && after.length > 0) {
    const [only] = after;
    const holder =
      only !== undefined && after.length === 1 ? only : { ...everyone, kind: "user" as const, name: names(after) };
    return [
      { code: "consent", direction: "narrowed", holder, before: names(before), after: names(after) },
      ...added(users(before), users(after))
        .filter(({ direction }) => direction === "removed")
        .map(grantChange),
    ];
  }
  return added(before, after).map(grantChange);
}

function grantChange({ item, direction }: { item: Holder; direction: "added" | "removed" }): HolderChange {
  return { code: "granted", direction, holder: item, before: null, after: null };
}

function holderOf({ consent, application }: GrantedPermission): Holder {
  if (consent === null) return { kind: "application", name: application, id: null };
  if (consent.for === "tenant") return everyone;
  const isId = guid.test(consent.user);
  return { kind: "user", name: isId ? "a user the records do not name" : consent.user, id: isId ? consent.user : null };
}

function names(holders: readonly Holder[]): string {
  return holders
    .map(({ name, id }) => (id === null ? name : `${name} (${id})`))
    .sort()
    .join(", ");
}
