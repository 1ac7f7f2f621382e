import type { AccessChange } from "../diff";
import { types } from "../manifest/resource-types";
import type { Touched } from "./finding";

const application: readonly Touched[] = [{ type: types.application, nameEndsWith: null }];
const principal: readonly Touched[] = [{ type: types.principal, nameEndsWith: null }];
/** Entries and their resources end alike. */
const contents = ["client-id", "client-secret", "refresh-token"];

/** The resources that hold what a change is about; writing them would undo or repeat a manual change. */
export function touchedBy({ code, subject }: AccessChange): readonly Touched[] {
  switch (code) {
    case "application":
    case "application-name":
    case "audience":
    case "redirect-uri":
    case "implicit-grant":
    case "public-client":
    case "requested":
      return application;
    case "owner":
      return subject.detail === "service principal" ? principal : application;
    case "principal":
    case "assignment-required":
    case "enabled":
      return principal;
    case "granted":
    case "consent":
      return grant(subject.permission);
    case "assignment":
      return [{ type: types.roleAssignment, nameEndsWith: "-reporting-user" }];
    case "credential":
      return [{ type: types.password, nameEndsWith: null }];
    case "vault":
    case "vault-setting":
      return [{ type: types.vault, nameEndsWith: null }];
    case "vault-entry":
    case "entry-setting":
      return entry(subject.entry);
    case "reader":
      return reader(subject.holder?.name ?? "");
    default:
      return [];
  }
}

function grant(permission: AccessChange["subject"]["permission"]): readonly Touched[] {
  if (permission === null) return [];
  const { kind, apiClientId, permissionId, permission: name } = permission;
  return kind === "delegated"
    ? [{ type: types.delegatedGrant, nameEndsWith: `-delegated-${apiClientId}` }]
    : [{ type: types.roleAssignment, nameEndsWith: `-application-${permissionId ?? name}` }];
}

function entry(name: string | null): readonly Touched[] {
  const content = contents.find((it) => name?.endsWith(it));
  return content === undefined ? [] : [{ type: types.entry, nameEndsWith: `-${content}` }];
}

/** An undeclared reader has no name here, and no resource that an update would write. */
function reader(name: string): readonly Touched[] {
  return [{ type: types.azureRole, nameEndsWith: `-reader-${name}` }];
}
