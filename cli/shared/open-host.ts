import type { PullRequestHost, TicketHost } from "../../clients/pull-requests/host";
import type { CommandContext } from "./command";
import { CommandError, invalidOption } from "./document";

type Environment = Readonly<Record<string, string | undefined>>;
export type Host = PullRequestHost & TicketHost;

/** Longest wait for rate limits: a job of a pipeline may take that long, a person would not. */
const patienceMs = 10 * 60_000;
const githubNames = ["GITHUB_REPOSITORY", "GITHUB_TOKEN"] as const;
const azureNames = ["SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_REPOSITORY_ID", "SYSTEM_ACCESSTOKEN"] as const;

/** The service this runs in, from the variables it sets itself; only the token has to be handed in. Loads one library only. */
export async function openHost(
  { env, signal }: Pick<CommandContext, "env" | "signal">,
  author = "github-actions[bot]",
): Promise<Host> {
  if (env["GITHUB_REPOSITORY"]) {
    const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = demandAll(env, githubNames, "GitHub");
    if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw invalid("GITHUB_REPOSITORY", repository, "owner/name");
    const apiUrl = addressIn(env, "GITHUB_API_URL", "https://api.github.com");
    const { openGitHub } = await import("../../clients/pull-requests/github");
    return openGitHub({ apiUrl, repository, token, author, budgetMs: patienceMs, signal });
  }
  if (env["SYSTEM_COLLECTIONURI"]) {
    const found = demandAll(env, azureNames, "Azure DevOps");
    const { openAzureDevOps } = await import("../../clients/pull-requests/azure-devops");
    return openAzureDevOps({
      collectionUri: addressIn(env, "SYSTEM_COLLECTIONURI", ""),
      project: found.SYSTEM_TEAMPROJECT,
      repositoryId: found.BUILD_REPOSITORY_ID,
      token: found.SYSTEM_ACCESSTOKEN,
      budgetMs: patienceMs,
      signal,
    });
  }
  throw new CommandError([
    {
      code: "no-service",
      message: "neither GITHUB_REPOSITORY nor SYSTEM_COLLECTIONURI is set: this is not a job of GitHub or Azure DevOps",
      fix: `Run it in one, or set ${githubNames.join(" and ")}.`,
    },
  ]);
}

/** The number of the run, which counts up: from the option, or as the service calls it. */
export function runNumber(option: string | undefined, env: Environment): number {
  const text = option ?? env["GITHUB_RUN_NUMBER"] ?? env["BUILD_BUILDID"] ?? "";
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidOption(
    `--run must be the number of the pipeline's run, got ${JSON.stringify(text)}`,
    "In a pipeline it is GITHUB_RUN_NUMBER or BUILD_BUILDID; elsewhere any number that counts up.",
  );
}

function demandAll<Name extends string>(env: Environment, names: readonly Name[], service: string) {
  const missing = names.filter((name) => !env[name]);
  if (missing.length === 0) return Object.fromEntries(names.map((name) => [name, env[name]])) as Record<Name, string>;
  throw new CommandError(
    missing.map((name) => ({
      code: "missing-variable",
      message: `${name} is not set, and ${service} cannot be called without it`,
      // A token has to be put into a step's environment by hand in both services.
      fix: name.endsWith("TOKEN")
        ? `Pass the token to the step as ${name} in its own env.`
        : "The service sets it automatically.",
    })),
  );
}

/** A token goes to this address: plain HTTP only to this machine. */
function addressIn(env: Environment, name: string, otherwise: string): string {
  const text = env[name] || otherwise;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || (isHere && url?.protocol === "http:")) return text.replace(/\/$/, "");
  throw invalid(name, text, "an https address");
}

function invalid(name: string, received: string, allowed: string): CommandError {
  return new CommandError([
    { code: "invalid-variable", message: `${name} must be ${allowed}, got ${JSON.stringify(received)}`, fix: "" },
  ]);
}
