/** Whether Entra accepts exactly the value that consumers read. "Not checked" is no good news, and is said as such. */
export interface ValueCheck {
  readonly result: "accepted" | "refused" | "not-checked";
  readonly detail: string;
}

/** Entra's codes that are about the secret itself; every other refusal says nothing about it. */
const ABOUT_THE_SECRET = new Set([
  "AADSTS7000215", // not the application's secret
  "AADSTS7000222", // expired
]);

/** Judges a value by what Entra answered to it: a token, or a refusal. */
export function judgeValue(
  value: string,
  refusal: { readonly code?: string | undefined; readonly message: string } | undefined,
): ValueCheck {
  if (refusal === undefined) return { result: "accepted", detail: "Entra issues a token for exactly this value" };
  if (refusal.code === undefined || !ABOUT_THE_SECRET.has(refusal.code)) return notChecked(refusal.message);
  const space =
    value === value.trim() ? "" : "; it begins or ends with white space, which a secret of Entra never does";
  return {
    result: "refused",
    detail: `Entra refuses the published value (${refusal.code}): consumers cannot get tokens${space}`,
  };
}

export function notChecked(why: string): ValueCheck {
  return { result: "not-checked", detail: `not checked: ${why}` };
}
