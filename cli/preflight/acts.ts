import type { StackConfiguration } from "../../configuration/stack-configuration";
import { commandLine, stackInitLine } from "../../model/command-line";
import type { Check } from "./check";

type ActName = "bootstrap" | "onboard" | "accept" | "approve" | "sign-in";

/** One of the five acts after which a tenant answers, in their order. */
export interface Act {
  readonly name: ActName;
  readonly state: "done" | "open" | "cannot-tell";
  readonly who: string;
  /** What that person does, as they type it where it is a command. */
  readonly todo: string;
}

export interface ActFacts {
  readonly checks: readonly Check[];
  /** The vault holds what an update of this stack published. */
  readonly isPublished: boolean;
  /** The reporting user's sign-in is kept in the vault. */
  readonly hasSignIn: boolean;
}

/** The checks that show an act; those of APIs are named after each. */
const shownBy: Readonly<Record<"bootstrap" | "onboard" | "accept", RegExp>> = {
  bootstrap: /^(state-store|vault|vault-address)$/,
  onboard: /^(tenant|stack|vault-rights|vault-entries)$/,
  accept: /^(sign-in|rights|owners|reporting-user|api .*)$/,
};

/** Which acts are done. What cannot be told counts as done where a later act shows it: nothing is published without a vault. */
export function actsOf(
  configuration: StackConfiguration,
  { checks, isPublished, hasSignIn }: ActFacts,
): readonly Act[] {
  const shown = (name: keyof typeof shownBy) => stateOf(checks.filter((check) => shownBy[name].test(check.name)));
  const states: readonly (readonly [ActName, Act["state"]])[] = [
    ["bootstrap", shown("bootstrap")],
    ["onboard", shown("onboard")],
    ["accept", shown("accept")],
    ["approve", isPublished ? "done" : "open"],
    ...(configuration.reportingUser ? [["sign-in", hasSignIn ? "done" : "open"] as const] : []),
  ];
  const last = states.findLastIndex(([, state]) => state === "done");
  return states.map(([name, state], place) => ({
    name,
    state: state === "cannot-tell" && place < last ? "done" : state,
    ...task(name, configuration),
  }));
}

/** The act that comes next: the first that is open, else the first that cannot be told. */
export function nextAct(acts: readonly Act[]): Act | undefined {
  return acts.find(({ state }) => state === "open") ?? acts.find(({ state }) => state === "cannot-tell");
}

/** The acts for a person, and what comes next. */
export function actLines(acts: readonly Act[]): readonly string[] {
  const words = { done: "done", open: "open", "cannot-tell": "cannot tell" };
  const next = nextAct(acts);
  return [
    "",
    `acts: ${acts.map(({ name, state }) => `${name} ${words[state]}`).join(", ")}`,
    next === undefined ? "next: nothing" : `next: ${next.name}, by ${next.who}: ${next.todo}`,
  ];
}

function stateOf(checks: readonly Check[]): Act["state"] {
  if (checks.some(({ result }) => result === "failed")) return "open";
  return checks.some(({ result }) => result === "cannot-tell") ? "cannot-tell" : "done";
}

/** Who does an act, and what they type. One person does all of a solo stack's. */
function task(name: ActName, { stack, solo }: StackConfiguration): Pick<Act, "who" | "todo"> {
  const person = (who: string) => (solo ? "you" : who);
  switch (name) {
    case "bootstrap":
      return { who: person("the vault's owner"), todo: "docs/real-tenant.md, steps 1 and 2" };
    case "onboard":
      return {
        who: person("the platform team"),
        todo: solo ? stackInitLine(stack, undefined) : commandLine("deployer", "-s", stack, "--github", "OWNER/REPO"),
      };
    case "accept":
      return {
        who: person("the partner tenant's administrator"),
        todo: solo
          ? "az login --allow-no-subscriptions, as an administrator of the tenant"
          : `the script of ${commandLine("deployer", "-s", stack, "--github", "OWNER/REPO", "--for", "administrator")}`,
      };
    case "approve":
      return solo
        ? { who: "you", todo: commandLine("up", "-s", stack) }
        : { who: "the reviewers", todo: `merge the pull request, and approve apply-${stack}` };
    case "sign-in":
      return { who: "the reporting user", todo: commandLine("sign-in", "-s", stack) };
  }
}
