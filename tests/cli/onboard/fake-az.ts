import { execFileSync, spawn } from "node:child_process";
import { chmodSync, constants, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { search } from "jmespath";
import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import type { IdentityName, TestEmulator } from "../../support/emulator";

/** What a script did. */
export interface ScriptResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every call of az, as the words it received. */
  readonly calls: readonly (readonly string[])[];
}

/**
 * A stand-in for the Azure CLI: the few commands that the scripts use, translated to Graph and ARM calls of an administrator. It fails, and
 * silently does less than it was told, where version 2.91 does: read from its sources (azure/cli/command_modules/role/custom.py).
 */
export interface FakeAz {
  /** Runs a script with a POSIX shell, signed in to one of the two tenants. */
  run(script: string, tenant: "partner" | "home", options?: RunOptions): Promise<ScriptResult>;
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly arguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the script at its first call that deletes something: before it was done, or when its answer is under way. */
  readonly killAtDelete?: "before" | "after";
}

// A shell's own words over named pipes: a script calls az dozens of times, and a process of Node each time would be most of the test.
const shim = (folder: string) => `#!/bin/sh
cd '${folder}'
printf '%s\\0' "$@" > "request.$$"
mkfifo "reply.$$"
echo "$$" > inbox
{
  IFS= read -r code
  if [ "$code" = 0 ]; then cat; else cat >&2; fi
} < "reply.$$"
rm -f "request.$$" "reply.$$"
exit "$code"
`;

type Json = Readonly<Record<string, unknown>>;

/** Starts one; it calls the emulator as each tenant's seeded administrator. */
export async function startFakeAz(emulator: TestEmulator): Promise<FakeAz> {
  const folder = mkdtempSync(join(tmpdir(), "partner-access-az-"));
  let tenant: "partner" | "home" = "partner";
  let calls: string[][] = [];
  let kill: (words: readonly string[], when: "before" | "after") => boolean = () => false;
  const answer = async (call: string) => {
    const words = readFileSync(join(folder, `request.${call}`), "utf8")
      .split("\0")
      .slice(0, -1);
    calls.push(words);
    if (kill(words, "before")) return;
    const reply = await new Az(emulator, tenant).run(words).then(
      ({ stdout, stderr = "" }) => ({ code: 0, stdout, stderr }),
      (error: Error) => ({
        code: error instanceof AzError ? error.code : 1,
        stdout: "",
        stderr: `ERROR: ${error.message}\n`,
      }),
    );
    if (kill(words, "after")) return;
    await writeFile(join(folder, `reply.${call}`), `${reply.code}\n${reply.code === 0 ? reply.stdout : reply.stderr}`);
  };
  const inbox = join(folder, "inbox");
  execFileSync("mkfifo", [inbox]);
  // Open for both, because a pipe without a writer would end; as a socket, because a file's read would block for ever.
  const requests = new Socket({ fd: openSync(inbox, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
  createInterface({ input: requests }).on("line", (call) => void answer(call));
  writeFileSync(join(folder, "az"), shim(folder));
  // Nothing here is replicated, so a retry has nothing to wait for.
  writeFileSync(join(folder, "sleep"), "#!/bin/sh\n");
  for (const name of ["az", "sleep"]) chmodSync(join(folder, name), 0o755);
  return {
    run(script, signedIn, options = {}) {
      [tenant, calls] = [signedIn, []];
      const child = spawn("sh", ["-s", "--", ...(options.arguments ?? [])], {
        cwd: folder,
        // A group of its own, so that a killed script takes its calls along.
        detached: true,
        env: { PATH: `${folder}:${process.env["PATH"]}`, ...options.env },
      });
      kill = (words, when) =>
        options.killAtDelete === when && words.includes("delete") && process.kill(-(child.pid ?? 0), "SIGKILL");
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (data) => {
        stdout += data;
      });
      child.stderr.on("data", (data) => {
        stderr += data;
      });
      child.stdin.end(script);
      return new Promise((done, failed) => {
        child.on("error", failed);
        child.on("close", (code) => {
          for (const name of readdirSync(folder)) if (/^re(quest|ply)\./.test(name)) rmSync(join(folder, name));
          done({ code, stdout, stderr, calls });
        });
      });
    },
    async stop() {
      requests.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

class Az {
  private readonly as: IdentityName;

  constructor(
    private readonly emulator: TestEmulator,
    private readonly tenant: "partner" | "home",
  ) {
    this.as = `${tenant}-administrator`;
  }

  async run(words: readonly string[]): Promise<{ readonly stdout: string; readonly stderr?: string }> {
    const at = words.findIndex((word) => word.startsWith("--"));
    const command = words.slice(0, at === -1 ? undefined : at).join(" ");
    const known = this.commands[command];
    if (known === undefined) throw new AzError(`'${command}' is misspelled or not recognized by the system.`, 2);
    const options = readOptions(words.slice(at === -1 ? words.length : at), known.options);
    const answer = await known.run(options);
    return { stdout: options["output"] === "none" ? "" : tsv(query(answer, options["query"])) };
  }

  /** What each takes, "!" at what it cannot do without, and what it does. */
  private readonly commands: Readonly<
    Record<string, { readonly options: string; readonly run: (given: Options) => Promise<unknown> }>
  > = {
    "account show": {
      options: "",
      run: async () => ({ tenantId: this.tenant === "partner" ? partnerTenant.id : homeTenant.id }),
    },
    "ad app list": {
      options: "filter",
      run: async ({ filter }) => (await this.graph("GET", `applications?$filter=${encodeURIComponent(filter)}`)).value,
    },
    "ad app create": { options: "display-name! sign-in-audience", run: (given) => this.createApplication(given) },
    "ad app update": {
      options: "id! sign-in-audience required-resource-accesses",
      run: async (given) =>
        this.graph("PATCH", `applications/${await this.applicationId(given)}`, {
          signInAudience: given["sign-in-audience"],
          requiredResourceAccess: JSON.parse(given["required-resource-accesses"]),
        }),
    },
    "ad app delete": {
      options: "id!",
      run: async (given) => this.graph("DELETE", `applications/${await this.applicationId(given)}`),
    },
    "ad sp show": {
      options: "id!",
      run: async ({ id }) => {
        const filter = encodeURIComponent(`servicePrincipalNames/any(c:c eq '${id}')`);
        const [found] = (await this.graph("GET", `servicePrincipals?$filter=${filter}`)).value;
        return this.graph("GET", `servicePrincipals/${found?.id ?? id}`);
      },
    },
    "ad sp list": {
      options: "filter",
      run: async ({ filter }) =>
        (await this.graph("GET", `servicePrincipals?$filter=${encodeURIComponent(filter)}`)).value,
    },
    "ad sp create": { options: "id!", run: async ({ id }) => this.graph("POST", "servicePrincipals", { appId: id }) },
    "ad user list": {
      options: "filter",
      run: async ({ filter }) => (await this.graph("GET", `users?$filter=${encodeURIComponent(filter)}`)).value,
    },
    "ad app federated-credential list": {
      options: "id!",
      run: async (given) => (await this.graph("GET", await this.credentialsOf(given))).value,
    },
    "ad app federated-credential create": {
      options: "id! parameters!",
      run: async (given) => this.graph("POST", await this.credentialsOf(given), JSON.parse(given.parameters)),
    },
    "ad app federated-credential update": {
      options: "id! federated-credential-id! parameters!",
      run: async (given) =>
        this.graph(
          "PATCH",
          `${await this.credentialsOf(given)}/${given["federated-credential-id"]}`,
          JSON.parse(given.parameters),
        ),
    },
    "ad app federated-credential delete": {
      options: "id! federated-credential-id!",
      run: async (given) =>
        this.graph("DELETE", `${await this.credentialsOf(given)}/${given["federated-credential-id"]}`),
    },
    "role assignment list": {
      options: "assignee role scope subscription",
      run: (given) => this.roleAssignments(given),
    },
    "role assignment create": {
      options:
        "assignee-object-id! assignee-principal-type role! scope! subscription condition condition-version description",
      run: (given) => this.assignRole(given),
    },
    "role assignment delete": {
      options: "ids assignee role scope subscription",
      run: async (given) => {
        const ids = given["ids"] === undefined ? await this.assignmentsToDelete(given) : [given["ids"]];
        for (const id of ids) await this.call("DELETE", `${id}?api-version=2022-04-01`);
      },
    },
    rest: {
      options: "method url! headers body",
      run: async ({ method = "get", url, body }) => {
        const path = url.replace("https://graph.microsoft.com/v1.0/", "");
        return this.graph(method.toUpperCase(), path, body === undefined ? undefined : JSON.parse(body));
      },
    },
  };

  /** One of the same name is taken for it, and changed. */
  private async createApplication(given: Options): Promise<unknown> {
    const displayName = given["display-name"];
    const filter = encodeURIComponent(`startswith(displayName,'${displayName}')`);
    const { value } = await this.graph("GET", `applications?$filter=${filter}`);
    const found = (value as { id: string; displayName: string }[]).filter((it) => it.displayName === displayName);
    if (found.length > 1) {
      throw new AzError(
        `More than one application have the same display name '${displayName}', please remove them first.`,
      );
    }
    const body = { displayName, signInAudience: given["sign-in-audience"] };
    if (found[0] === undefined) return this.graph("POST", "applications", body);
    await this.graph("PATCH", `applications/${found[0].id}`, body);
    return this.graph("GET", `applications/${found[0].id}`);
  }

  private async applicationId({ id }: Options): Promise<string> {
    const { value } = await this.graph("GET", `applications?$filter=${encodeURIComponent(`appId eq '${id}'`)}`);
    return value[0]?.id ?? id;
  }

  private async credentialsOf(given: Options): Promise<string> {
    return `applications/${await this.applicationId(given)}/federatedIdentityCredentials`;
  }

  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is Microsoft's
  private graph(method: string, path: string, body?: unknown): Promise<any> {
    return this.call(method, `/v1.0/${path}`, body);
  }

  private async call(method: string, path: string, body?: unknown) {
    const answer = await this.emulator.call(method, path, { as: this.as, body });
    // 3 for what is not there, as the real one.
    if (answer.status >= 300)
      throw new AzError(`${method} ${path}: ${answer.status} ${answer.text}`, answer.status === 404 ? 3 : 1);
    return answer.body;
  }

  /** Resolved as a service principal's name first, then as an object id. */
  private async principalId(assignee: string): Promise<string> {
    const filter = encodeURIComponent(`servicePrincipalNames/any(c:c eq '${assignee}')`);
    const [found] = (await this.graph("GET", `servicePrincipals?$filter=${filter}`)).value;
    if (found !== undefined) return found.id;
    const answer = await this.emulator.call("GET", `/v1.0/servicePrincipals/${assignee}`, { as: this.as });
    if (answer.status === 200) return assignee;
    throw new AzError(`Cannot find user or service principal in graph database for '${assignee}'.`);
  }

  private async roleAssignments({ assignee, role, scope }: Options): Promise<readonly Json[]> {
    const principal = assignee === undefined ? undefined : await this.principalId(assignee);
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`;
    const { value } = await this.call("GET", path);
    type Found = { id: string; properties: { principalId: string; roleDefinitionId: string; scope: string } };
    return (value as Found[])
      .filter(
        ({ properties }) =>
          (principal === undefined || properties.principalId === principal) &&
          properties.roleDefinitionId.endsWith(role) &&
          properties.scope.toLowerCase() === scope.toLowerCase(),
      )
      .map(({ properties, ...rest }) => ({ ...rest, ...properties }));
  }

  private async assignmentsToDelete(given: Options): Promise<readonly unknown[]> {
    const found = await this.roleAssignments(given);
    if (found.length === 0) throw new AzError("No matched assignments were found to delete");
    return found.map(({ id }) => id);
  }

  private async assignRole(given: Options): Promise<unknown> {
    if (given["condition-version"] !== undefined && given["condition"] === undefined) {
      throw new AzError("usage error: When --condition-version is set, --condition must be set as well.");
    }
    const name = crypto.randomUUID();
    const path = `${given["scope"]}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
    const definition = `/subscriptions/${given["subscription"]}/providers/Microsoft.Authorization/roleDefinitions/${given["role"]}`;
    const properties = {
      roleDefinitionId: definition,
      principalId: given["assignee-object-id"],
      principalType: given["assignee-principal-type"],
      condition: given["condition"],
      conditionVersion: given["condition-version"],
    };
    const answer = await this.emulator.call("PUT", path, { as: this.as, body: { properties } });
    if (answer.status < 300) return answer.body;
    // "For idempotent": the one that is there is answered, whatever it says.
    if (answer.status === 409 && answer.body.error.code === "RoleAssignmentExists") {
      return (await this.roleAssignments({ ...given, assignee: given["assignee-object-id"] }))[0];
    }
    throw new AzError(`${answer.status} ${answer.text}`);
  }
}

class AzError extends Error {
  constructor(
    message: string,
    readonly code: 1 | 2 | 3 = 1,
  ) {
    super(message);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a missing option fails the command that needs it
type Options = Readonly<Record<string, any>>;

/** As argparse reads them: an option that a command does not have, or lacks, ends it. */
function readOptions(words: readonly string[], declared: string): Options {
  const pairs: [string, string][] = [];
  const names = declared.split(" ").filter((name) => name !== "");
  const known = [...names.map((name) => name.replace("!", "")), "query", "output"];
  for (let place = 0; place < words.length; place += 2) {
    const [name = "", value] = [words[place], words[place + 1]];
    if (!name.startsWith("--") || !known.includes(name.slice(2)))
      throw new AzError(`unrecognized arguments: ${name}`, 2);
    if (value === undefined || value.startsWith("--")) throw new AzError(`argument ${name}: expected one argument`, 2);
    pairs.push([name.slice(2), value]);
  }
  const options = Object.fromEntries(pairs);
  const missing = names.filter((name) => name.endsWith("!") && options[name.slice(0, -1)] === undefined);
  if (missing.length === 0) return options;
  throw new AzError(
    `the following arguments are required: ${missing.map((name) => `--${name.slice(0, -1)}`).join(", ")}`,
    2,
  );
}

function query(value: unknown, text: string | undefined): unknown {
  return text === undefined ? value : search(value as object, text);
}

/** One line per item, tabs between the items of one. */
function tsv(value: unknown): string {
  const lines = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return lines.map((line) => `${(Array.isArray(line) ? line : [line]).map(cell).join("\t")}\n`).join("");
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "None";
  return typeof value === "object" ? "" : String(value);
}
