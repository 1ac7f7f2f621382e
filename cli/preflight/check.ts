import type { Look } from "../../clients/entra/looker";

/** Who can mend something. */
export type Mender = "tenant-administrator" | "vault-owner" | "partner-account-owner" | "reporting-user" | "you";

/** One line of a preflight. */
export interface Check {
  /** Stable, for machines. */
  readonly name: string;
  readonly result: "ok" | "warning" | "failed" | "cannot-tell";
  readonly detail: string;
  /** Empty when there is nothing to do. */
  readonly fix: string;
  readonly who: Mender;
}

/** A check's name and who can fix it; the rest depends on what is seen. */
export interface Subject {
  readonly name: string;
  readonly who: Mender;
}

/** The same check, for what is fixed in the stack's file or by the person who runs this. */
export const yours = (subject: Subject): Subject => ({ ...subject, who: "you" });

export const ok = (subject: Subject, detail: string): Check => ({ ...subject, result: "ok", detail, fix: "" });
export const warning = (subject: Subject, detail: string, fix: string): Check => ({
  ...subject,
  result: "warning",
  detail,
  fix,
});
export const failed = (subject: Subject, detail: string, fix: string): Check => ({
  ...subject,
  result: "failed",
  detail,
  fix,
});
export const cannotTell = (subject: Subject, detail: string, fix = ""): Check => ({
  ...subject,
  result: "cannot-tell",
  detail,
  fix,
});

/** Judges what was found or found absent; anything else is "cannot tell", with the reason. `missing`: the right that the read needs. */
export function judged<T>(
  subject: Subject,
  look: Look<T>,
  missing: string,
  judge: (value: T | undefined) => Check,
): Check {
  if (look.kind === "seen") return judge(look.value);
  if (look.kind === "absent") return judge(undefined);
  if (look.kind === "denied") return cannotTell(subject, `this identity may not read it: it lacks ${missing}`);
  return cannotTell(subject, look.reason);
}
