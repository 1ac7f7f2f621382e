import { counted } from "../../model/command-line";
import type { AccessManifest, CredentialRule } from "../manifest/manifest";
import type { AccessChange, ChangeSubject } from "./change";
import { plainChange, type SettingRule, settingChange } from "./plain-change";
import { groupedBy } from "./sets";

/** Default lifetime of a client secret in days. Longer is allowed, and always reported. */
const defaultLifetimeDays = 180;

/** A rule that is no longer stated may be anything. */
const widerWhenLonger = ({
  before,
  after,
}: {
  readonly before: number | null;
  readonly after: number | null;
}): boolean => after === null || (before !== null && after > before);

const rules: readonly SettingRule<CredentialRule, number | null>[] = [
  {
    code: "credential-rule",
    of: ({ everyDays }) => everyDays,
    isWider: widerWhenLonger,
    detail: "days between rotations",
    risk: "medium",
    because: "a leaked secret works until the next rotation",
  },
  {
    code: "credential-rule",
    of: ({ overlapDays }) => overlapDays,
    isWider: widerWhenLonger,
    detail: "days the previous secret stays valid",
    risk: "low",
    because: "two secrets are valid for longer",
  },
];

/** Client secrets: whether there are any, how long they live, how often they are replaced. */
export function credentialChanges(base: AccessManifest, head: AccessManifest): AccessChange[] {
  const pairs = groupedBy(base.credentials, head.credentials, ({ application }) => application);
  return pairs.flatMap(({ key, sides }) => {
    const [before] = sides.before;
    const [after] = sides.after;
    const about = { application: key };
    if (before && after) {
      return [...rules.flatMap((rule) => settingChange(rule, about, before, after)), ...lifetime(about, before, after)];
    }
    const change = plainChange({
      code: "credential",
      direction: after ? "added" : "removed",
      subject: { ...about, detail: ruleText(after ?? before) },
      risk: "low",
      because: "the application signs in with it; it is kept in the vault and replaced by the schedule",
    });
    return [change, ...lifetime(about, before ?? asDefault(after), after ?? asDefault(before))];
  });
}

function lifetime(
  about: Partial<ChangeSubject>,
  before: CredentialRule,
  after: CredentialRule,
): readonly AccessChange[] {
  const days = after.lifetimeDays;
  const isOver = days === null || days > defaultLifetimeDays;
  return settingChange(
    {
      code: "lifetime",
      of: ({ lifetimeDays }) => lifetimeDays,
      isWider: widerWhenLonger,
      detail: "days a client secret lives",
      risk: isOver ? "high" : "low",
      because: isOver
        ? `it is over the default of ${counted(defaultLifetimeDays, "day")}: a leaked secret works that long`
        : `it is within the default of ${counted(defaultLifetimeDays, "day")}`,
    },
    about,
    before,
    after,
  );
}

/** A new secret is compared with the default lifetime, so that only a longer or unstated one is reported. */
function asDefault(other: CredentialRule | undefined): CredentialRule {
  const stated = other?.lifetimeDays ?? Number.POSITIVE_INFINITY;
  return {
    application: other?.application ?? "",
    everyDays: other?.everyDays ?? null,
    overlapDays: other?.overlapDays ?? null,
    lifetimeDays: Math.min(stated, defaultLifetimeDays),
  };
}

function ruleText(rule: CredentialRule | undefined): string {
  const days = (value: number | null | undefined) =>
    value === null || value === undefined ? "unstated" : String(value);
  const every = rule?.everyDays;
  return `replaced every ${typeof every === "number" ? counted(every, "day") : "unstated days"}, lives ${days(rule?.lifetimeDays)}, overlap ${days(rule?.overlapDays)}`;
}
