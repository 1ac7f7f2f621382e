import type { Risk } from "../risk-levels";
import { type AccessChange, type ChangeCode, type ChangeDirection, type ChangeSubject, subject } from "./change";
import { isLess } from "./context";

/** A change of a setting, not of a permission. */
export interface PlainChange {
  readonly code: ChangeCode;
  readonly direction: ChangeDirection;
  readonly subject: Partial<ChangeSubject>;
  readonly before?: string | null;
  readonly after?: string | null;
  /** The risk when it gives something; what takes away is low. */
  readonly risk: Risk;
  readonly because: string;
  readonly lets?: string | null;
  readonly reason?: string | null;
}

/** Completes a change; taking away is low whatever was taken. */
export function plainChange(change: PlainChange): AccessChange {
  const { direction } = change;
  const isLower = isLess(direction);
  return {
    code: change.code,
    direction,
    subject: subject(change.subject),
    before: change.before ?? null,
    after: change.after ?? null,
    risk: isLower
      ? { level: "low", reasons: ["it takes access away"] }
      : { level: change.risk, reasons: [change.because] },
    lets: change.lets ?? null,
    power: null,
    reason: isLower ? null : (change.reason ?? null),
  };
}

/** One setting of something that is on both sides: where it lies in the manifest, and how to judge it. */
export interface SettingRule<T, V extends boolean | number | string | null> {
  readonly code: ChangeCode;
  readonly of: (item: T) => V;
  /** Whether the second value allows more than the first; undefined when unknown. */
  readonly isWider: (change: { readonly before: V; readonly after: V }) => boolean | undefined;
  readonly detail: string;
  readonly risk: Risk;
  readonly because: string;
}

/** The change of one setting; none when it is the same. */
export function settingChange<T, V extends boolean | number | string | null>(
  rule: SettingRule<T, V>,
  about: Partial<ChangeSubject>,
  before: T,
  after: T,
): readonly AccessChange[] {
  const [was, is] = [rule.of(before), rule.of(after)];
  if (was === is) return [];
  const isWider = rule.isWider({ before: was, after: is });
  return [
    plainChange({
      code: rule.code,
      direction: isWider === undefined ? "changed" : isWider ? "widened" : "narrowed",
      subject: { ...about, detail: rule.detail },
      before: shown(was),
      after: shown(is),
      risk: rule.risk,
      because: rule.because,
    }),
  ];
}

/** For settings that grant while they are on. */
export const widerWhenOn = ({ after }: { readonly after: boolean }): boolean => after;
/** For settings that protect while they are on. */
export const widerWhenOff = ({ after }: { readonly after: boolean }): boolean => !after;

function shown(value: boolean | number | string | null): string {
  if (value === null) return "not stated";
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}
