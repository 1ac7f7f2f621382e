import type { AccessChange, ChangeCode, ChangeSubject, Holder, NamedPermission } from "../diff";
import { joined, type Phrase, phrase } from "./phrase";

/** What changed, in one line: who gets or loses what, where. */
export function headline(change: AccessChange): Phrase {
  const { subject, direction } = change;
  return tell[change.code](subject, direction === "removed", change);
}

/** The headline of the others says already what it was and what it is. */
const needsBothSides: readonly ChangeCode[] = ["consent", "application-name", "audience"];

/** Why it matters, line by line: before and after, what it lets the holder do, whose power, the risk, the reason, the ids. */
export function explanation(change: AccessChange): readonly Phrase[] {
  const lines: Phrase[] = [];
  if (needsBothSides.includes(change.code) && (change.before !== null || change.after !== null)) {
    lines.push(phrase`before ${change.before ?? "nothing"}, after ${change.after ?? "nothing"}`);
  }
  if (change.lets !== null) lines.push([{ sentence: change.lets }]);
  if (change.power !== null) lines.push(["whose power: ", { sentence: change.power }]);
  lines.push([`${change.risk.level} because `, ...joined(change.risk.reasons.map(sentence), "; ")]);
  if (change.reason !== null) lines.push(["reason given: ", { sentence: change.reason }]);
  else if (givesAccess(change)) lines.push(["no reason given"]);
  const ids = idsOf(change.subject);
  if (ids.length > 0) lines.push(joined(ids, ", "));
  return lines;
}

type Tell = (subject: ChangeSubject, isRemoved: boolean, change: AccessChange) => Phrase;

const tell: Readonly<Record<ChangeCode, Tell>> = {
  requested: ({ permission }, isRemoved) =>
    phrase`${verb(isRemoved, "requests", "no longer requests")} ${what(permission)}`,
  granted: ({ permission, holder }, isRemoved) =>
    phrase`${verb(isRemoved, "is granted", "is no longer granted")} ${what(permission)}${toWhom(holder)}`,
  consent: ({ permission }, _, { direction }) =>
    phrase`${[direction === "widened" ? "widens" : "narrows"]} the consent to ${what(permission)}`,
  "sign-in": ({ detail }, isRemoved) => phrase`${verb(isRemoved, "writes to", "no longer writes to")} ${detail ?? ""}`,
  application: ({ application, detail }, isRemoved) =>
    phrase`${verb(isRemoved, "declares", "no longer declares")} the application ${application ?? ""}, shown as ${detail ?? ""}`,
  "application-name": ({ application }) => phrase`shows the application ${application ?? ""} under another name`,
  audience: ({ application }, _, { after }) => phrase`lets the audience ${after ?? ""} sign in to ${application ?? ""}`,
  "redirect-uri": ({ detail }, isRemoved) =>
    phrase`${verb(isRemoved, "lets", "no longer lets")} sign-in return to ${detail ?? ""}`,
  owner: ({ holder, detail }, isRemoved) =>
    phrase`${verb(isRemoved, "makes", "no longer makes")} ${holder?.name ?? ""} an owner of the ${[detail ?? ""]}`,
  "implicit-grant": switched,
  "public-client": switched,
  "assignment-required": switched,
  enabled: switched,
  principal: ({ application }, isRemoved) =>
    phrase`${verb(isRemoved, "brings", "no longer brings")} ${application ?? ""} into the tenant`,
  assignment: ({ holder, application, detail }, isRemoved) =>
    phrase`${verb(isRemoved, "assigns", "no longer assigns")} ${holder?.name ?? ""} to ${application ?? ""} (${detail ?? ""})`,
  credential: ({ application, detail }, isRemoved) =>
    phrase`${verb(isRemoved, "gives", "no longer gives")} ${application ?? ""} client secrets: ${detail ?? ""}`,
  "credential-rule": changedRule,
  lifetime: changedRule,
  vault: ({ vault }, isRemoved) =>
    phrase`${verb(isRemoved, "declares", "no longer declares")} the vault ${vault ?? ""}`,
  "vault-setting": ({ vault, detail }, _, change) =>
    phrase`changes ${[detail ?? ""]} of the vault ${vault ?? ""}${fromTo(change)}`,
  "vault-entry": (subject, isRemoved) => phrase`${verb(isRemoved, "writes", "no longer writes")} ${place(subject)}`,
  "entry-setting": (subject, _, change) =>
    phrase`changes "${[subject.detail ?? ""]}" for ${place(subject)}${fromTo(change)}`,
  reader: (subject, isRemoved) =>
    phrase`${verb(isRemoved, "lets", "no longer lets")} ${subject.holder?.name ?? ""} reach ${place(subject)} as ${subject.detail ?? ""}`,
  setting: ({ detail }, _, { before, after }) => {
    if (before === null) return phrase`sets ${detail ?? ""} to ${after ?? ""}`;
    if (after === null) return phrase`no longer sets ${detail ?? ""}, which was ${before}`;
    return phrase`changes ${detail ?? ""} from ${before} to ${after}`;
  },
  "policy-permission": ({ permission }, isRemoved) =>
    phrase`the policy ${verb(isRemoved, "allows", "no longer allows")} ${what(permission)}`,
  "policy-reader": ({ holder, detail }, isRemoved) =>
    phrase`the policy ${verb(isRemoved, "allows", "no longer allows")} ${holder?.name ?? ""} to read ${[detail ?? ""]}`,
  "policy-writer": ({ holder, vault }, isRemoved) => {
    const does = verb(isRemoved, "expects", "no longer expects");
    const held = phrase`the policy ${does} ${holder?.name ?? ""} to hold roles on vault entries`;
    return vault === null ? held : [...held, ...phrase`, and to write the vault ${vault}`];
  },
  unrecognised: ({ detail }, isRemoved) =>
    phrase`${verb(isRemoved, "declares", "no longer declares")} something that cannot be judged: ${detail ?? ""}`,
};

function switched({ application, detail }: ChangeSubject, _: boolean, { after }: AccessChange): Phrase {
  return phrase`turns ${[after ?? ""]} "${[detail ?? ""]}" for ${application ?? ""}`;
}

function changedRule({ application, detail }: ChangeSubject, _: boolean, change: AccessChange): Phrase {
  return phrase`changes the ${[detail ?? ""]} of ${application ?? ""}${fromTo(change)}`;
}

function fromTo({ before, after }: AccessChange): Phrase {
  return phrase` from ${before ?? ""} to ${after ?? ""}`;
}

function verb(isRemoved: boolean, gives: string, takes: string): Phrase {
  return [isRemoved ? takes : gives];
}

function what(permission: NamedPermission | null): Phrase {
  if (permission === null) return [];
  return phrase`${permission.permission} of ${permission.api} (${[permission.kind]})`;
}

function toWhom(holder: Holder | null): Phrase {
  if (holder === null) return [];
  if (holder.kind === "tenant") return [" for everyone who signs in"];
  return holder.kind === "user" ? phrase` for ${holder.name}` : phrase`, held by ${holder.name}`;
}

function place({ vault, entry }: ChangeSubject): Phrase {
  return entry === null ? phrase`${vault ?? ""}` : phrase`the entry ${entry} of the vault ${vault ?? ""}`;
}

/** Ids beside the names, so that they can be looked up. */
function idsOf({ permission, holder }: ChangeSubject): readonly Phrase[] {
  const ids: Phrase[] = [];
  if (permission !== null) {
    ids.push(phrase`API ${permission.apiClientId}`);
    if (permission.permissionId !== null) ids.push(phrase`permission ${permission.permissionId}`);
  }
  if (holder !== null && holder.id !== null && holder.id !== holder.name) ids.push(phrase`object id ${holder.id}`);
  return ids;
}

/** Only where a reason is required. */
function givesAccess({ code, direction }: AccessChange): boolean {
  const wanted: readonly ChangeCode[] = [
    "requested",
    "granted",
    "consent",
    "reader",
    "policy-permission",
    "policy-reader",
    "policy-writer",
  ];
  return wanted.includes(code) && (direction === "added" || direction === "widened");
}

function sentence(text: string): Phrase {
  return [{ sentence: text }];
}
