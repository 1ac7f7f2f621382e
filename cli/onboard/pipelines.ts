import { counted } from "../../model/command-line";
import { invalidOption } from "../shared/document";
import { isPipelineName } from "../shared/stack-name";

/** A pipeline whose tokens an identity trusts. */
export interface Trust {
  /** Of the federated credential: letters, digits, dashes and underscores. */
  readonly name: string;
  /** Fixed texts, or shell variables to fill in, because only the service knows them. */
  readonly source:
    | { readonly kind: "known"; readonly issuer: string; readonly subject: string }
    | { readonly kind: "asked"; readonly issuerVariable: string; readonly subjectVariable: string };
  /** For people: where these tokens come from. It is the credential's description, by which a script knows its own. */
  readonly from: string;
  /** Every stack's runs use it: it goes when no other trust is left. */
  readonly isShared?: boolean;
}

/** Which pipelines each identity trusts. */
export interface Pipeline {
  readonly deployer: readonly Trust[];
  readonly rotator: readonly Trust[];
  /** The vault's identity proves itself with the tokens of both. */
  readonly vault: readonly Trust[];
  /** What must be looked up first, line by line. */
  readonly notes: readonly string[];
}

/** The host of GitHub Enterprise Server, or of an enterprise with data residency, before OWNER/REPO. No port: an issuer has none. */
const GITHUB_HOST = /^(?:https:\/\/)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,})\/(?=[^/]+\/[^/]+$)/i;
// Both ids or none: GitHub writes a subject in one of the two ways. It refuses the names "." and ".." and what ends in ".git".
const GITHUB =
  /^([A-Za-z0-9][A-Za-z0-9_-]{0,38})(@[1-9]\d*)?\/(?!\.{1,2}(?:@|$))([A-Za-z0-9_.-]{1,100})(?<!\.git)(@[1-9]\d*)?$/i;
const AZURE_DEVOPS = /^[^/"\\]{1,50}\/[^/"\\]{1,64}\/[^/"\\]{1,200}$/;

/** Reads where the pipelines run; one of the two, or an error that says what is allowed. */
export function readPipeline(
  stack: string,
  { github, azureDevops }: { readonly github?: string | undefined; readonly azureDevops?: string | undefined },
): Pipeline {
  if (!isPipelineName(stack)) {
    throw invalidOption(
      `the stack's name ${JSON.stringify(stack)} cannot be part of an environment's name`,
      "Rename the stack: 1 to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.",
    );
  }
  if (github !== undefined && azureDevops === undefined) return gitHub(stack, github);
  if (azureDevops !== undefined && github === undefined) return azurePipelines(stack, azureDevops);
  throw invalidOption(
    "deployer needs one of --github OWNER/REPO and --azure-devops ORG/PROJECT/CONNECTION",
    "Name where the deploying and rotating pipelines run.",
  );
}

/** The subject names an environment, so that only jobs that pass its rules get in. */
function gitHub(stack: string, text: string): Pipeline {
  const host = GITHUB_HOST.exec(text)?.[1]?.toLowerCase() ?? "github.com";
  const repository = text.replace(GITHUB_HOST, "");
  const [, owner = "", ownerId, name = "", nameId] = GITHUB.exec(repository) ?? [];
  const hasIds = ownerId !== undefined;
  if (name === "" || hasIds !== (nameId !== undefined)) {
    throw invalidOption(
      `--github must be OWNER/REPO or OWNER@ID/REPO@ID, got ${JSON.stringify(text)}`,
      "Write it as in the repository's address, without .git, with either both ids or none, and with HOST/ before it on another server than github.com.",
    );
  }
  // Names on GitHub know no capitals, and the ids come and go with GitHub's way to write a subject.
  const bare = `${host === "github.com" ? "" : `${host}/`}${owner}/${name}`.toLowerCase();
  const trusted = (role: string): { readonly environment: string; readonly trust: Trust } => {
    const environment = `${role}-${stack}`;
    const subject = `repo:${repository}:environment:${environment}`;
    const from = `jobs of the environment ${environment} in ${bare}`;
    const source = { kind: "known", issuer: issuerOf(host), subject } as const;
    return { environment, trust: { name: credentialName(environment), source, from } };
  };
  const [apply, rotate] = [trusted("apply"), trusted("rotate")];
  const notes = [
    `Before this is run, the environments ${apply.environment} and ${rotate.environment} must exist and be limited to the default branch.`,
    "Until then whoever may push a branch can name them in a workflow of that branch, and signs in as what this script makes.",
    ...(hasIds ? [] : idNotes(host, repository)),
    ...(host === "github.com" ? [] : serverNotes(issuerOf(host))),
  ];
  return { deployer: [apply.trust], rotator: [rotate.trust], vault: [apply.trust, rotate.trust], notes };
}

/**
 * Who signs a server's tokens. https://docs.github.com/en/enterprise-server/actions/reference/security/oidc (`_services/token`) and, for
 * data residency, https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency (`token.actions.SUBDOMAIN.ghe.com`).
 */
function issuerOf(host: string): string {
  if (host === "github.com") return "https://token.actions.githubusercontent.com";
  return host.endsWith(".ghe.com") ? `https://token.actions.${host}` : `https://${host}/_services/token`;
}

function serverNotes(issuer: string): readonly string[] {
  return [
    `Entra reads the keys of this server from ${issuer}/.well-known/openid-configuration: it must be reachable from the internet.`,
  ];
}

function idNotes(host: string, repository: string): readonly string[] {
  const server = host === "github.com" ? "" : `--hostname ${host} `;
  return [
    // https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects
    "GitHub writes its ids into the subject for repositories that were made, renamed or moved since July 2026, and for",
    "those that chose it. Then print this again with the ids, which this command shows:",
    `  gh api ${server}repos/${repository} --jq '"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)"'`,
  ];
}

/**
 * Service connections by the names the pipelines give them. Connections made since November 2025 have an unpredictable subject
 * (https://learn.microsoft.com/azure/devops/pipelines/release/convert-service-connections), so the script asks for it.
 */
function azurePipelines(stack: string, text: string): Pipeline {
  if (!AZURE_DEVOPS.test(text) || /[\p{Cc}\p{Cf}]/u.test(text)) {
    throw invalidOption(
      `--azure-devops must be ORG/PROJECT/CONNECTION, got ${JSON.stringify(text)}`,
      "CONNECTION is what the names of the service connections begin with: partner-access in the pipelines here.",
    );
  }
  const [organization = "", project = "", connection = ""] = text.split("/");
  const trust = (role: string, name: string): Trust => ({
    name: credentialName(role === "VAULT" ? "vault" : `${role.toLowerCase()}-${stack}`),
    source: { kind: "asked", issuerVariable: `${role}_ISSUER`, subjectVariable: `${role}_SUBJECT` },
    from: `the service connection ${name} in ${organization}/${project}`.toLowerCase(),
  });
  const apply = trust("APPLY", `${connection}-apply-${stack}`);
  const rotate = trust("ROTATE", `${connection}-rotate-${stack}`);
  const vault = { ...trust("VAULT", `${connection}-vault`), isShared: true };
  return {
    deployer: [apply],
    rotator: [rotate],
    // UNVERIFIED: that a token of a connection to the one tenant is accepted by an application of the other.
    vault: [vault, apply, rotate],
    notes: [
      `Create the service connections ${connection}-apply-${stack}, ${connection}-rotate-${stack} and ${connection}-vault in`,
      `${organization}/${project}: Azure Resource Manager, app registration (manual), workload identity federation. Each shows its`,
      "issuer and its subject before it is finished. Hand them in as variables named below, for example",
      `  APPLY_ISSUER=… APPLY_SUBJECT=… ROTATE_ISSUER=… ROTATE_SUBJECT=… sh this-file`,
      "Before this is run, each connection must be open to these pipelines only and have the check Branch control for the default branch:",
      "until then a pipeline of any branch may use it, and signs in as what this script makes.",
    ],
  };
}

/**
 * Graph allows letters, digits, dashes and underscores, 120 at most. A dot is written `_p` and an underscore `__`, so that two environments
 * never share a name: a script takes the credential of its name for its own.
 */
function credentialName(environment: string): string {
  const name = environment.replaceAll("_", "__").replaceAll(".", "_p");
  if (name.length <= 120) return name;
  throw invalidOption(
    `the stack's name is too long: the federated credential ${name} would have ${counted(name.length, "character")}`,
    "Rename the stack: 120 characters are allowed, and each dot and underscore counts twice.",
  );
}
