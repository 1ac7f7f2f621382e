import { execFileSync, spawn } from "node:child_process";
import { chmodSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { homeTenant, partnerTenant } from "../../../offline/emulator/constants";
import type { IdentityName, TestEmulator } from "../../support/emulator";

/** What a script did. */
export interface ScriptResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every call of az, as the words it received. */
  readonly calls: readonly (readonly string[])[];
}

/** A stand-in for the Azure CLI: the few commands that the scripts use, translated to Graph and ARM calls of an administrator. */
export interface FakeAz {
  /** Runs a script with a POSIX shell, signed in to one of the two tenants. */
  run(script: string, tenant: "partner" | "home", options?: RunOptions): Promise<ScriptResult>;
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly arguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
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
  const answer = async (call: string) => {
    const words = readFileSync(join(folder, `request.${call}`), "utf8")
      .split("\0")
      .slice(0, -1);
    calls.push(words);
    const reply = await new Az(emulator, tenant).run(words).then(
      (stdout) => `0\n${stdout}`,
      (error: Error) => `1\nERROR: ${error.message}\n`,
    );
    await writeFile(join(folder, `reply.${call}`), reply);
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
        env: { PATH: `${folder}:${process.env["PATH"]}`, ...options.env },
      });
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
        child.on("close", (code) => done({ code, stdout, stderr, calls }));
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

  async run(words: readonly string[]): Promise<string> {
    const at = words.findIndex((word) => word.startsWith("--"));
    const command = words.slice(0, at === -1 ? undefined : at).join(" ");
    const options = readOptions(words.slice(at === -1 ? words.length : at));
    const known: Readonly<Record<string, (given: Options) => Promise<unknown>>> = {
      "account show": async () => ({ tenantId: this.tenant === "partner" ? partnerTenant.id : homeTenant.id }),
      "ad app list": async ({ filter }) =>
        (await this.graph("GET", `applications?$filter=${encodeURIComponent(filter)}`)).value,
      "ad app create": async (given) =>
        this.graph("POST", "applications", {
          displayName: given["display-name"],
          signInAudience: given["sign-in-audience"],
        }),
      "ad app update": async (given) =>
        this.graph("PATCH", `applications(appId='${given.id}')`, {
          requiredResourceAccess: JSON.parse(given["required-resource-accesses"]),
        }),
      "ad app delete": async ({ id }) => this.graph("DELETE", `applications(appId='${id}')`),
      "ad sp show": async ({ id }) => this.graph("GET", `servicePrincipals(appId='${id}')`),
      "ad sp create": async ({ id }) => this.graph("POST", "servicePrincipals", { appId: id }),
      "ad user show": async ({ id }) => this.graph("GET", `users/${encodeURIComponent(id)}`),
      "ad app federated-credential list": async ({ id }) =>
        (await this.graph("GET", `applications(appId='${id}')/federatedIdentityCredentials`)).value,
      "ad app federated-credential create": async ({ id, parameters }) =>
        this.graph("POST", `applications(appId='${id}')/federatedIdentityCredentials`, JSON.parse(parameters)),
      "ad app federated-credential delete": async (given) =>
        this.graph(
          "DELETE",
          `applications(appId='${given.id}')/federatedIdentityCredentials/${given["federated-credential-id"]}`,
        ),
      "role assignment list": async (given) => this.roleAssignments(given),
      "role assignment create": async (given) => this.assignRole(given),
      "role assignment delete": async (given) => {
        const found = await this.roleAssignments(given);
        for (const { id } of found) await this.call("DELETE", `${id}?api-version=2022-04-01`);
      },
      rest: async ({ method, url, body }) => {
        const path = url.replace("https://graph.microsoft.com/v1.0/", "");
        return this.graph(method.toUpperCase(), path, body === undefined ? undefined : JSON.parse(body));
      },
    };
    const action = known[command];
    if (action === undefined) throw new Error(`this az does not know "${command}"`);
    const answer = await action(options);
    return options["output"] === "none" ? "" : tsv(query(answer, options["query"]));
  }

  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is Microsoft's
  private graph(method: string, path: string, body?: unknown): Promise<any> {
    return this.call(method, `/v1.0/${path}`, body);
  }

  private async call(method: string, path: string, body?: unknown) {
    const answer = await this.emulator.call(method, path, { as: this.as, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  private async roleAssignments({ assignee, role, scope }: Options): Promise<readonly { readonly id: string }[]> {
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`;
    const { value } = await this.call("GET", path);
    type Found = { id: string; properties: { principalId: string; roleDefinitionId: string; scope: string } };
    return (value as Found[]).filter(
      ({ properties }) =>
        properties.principalId === assignee &&
        properties.roleDefinitionId.endsWith(role) &&
        properties.scope.toLowerCase() === scope.toLowerCase(),
    );
  }

  private assignRole(given: Options): Promise<unknown> {
    const name = crypto.randomUUID();
    const path = `${given.scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
    const definition = `/subscriptions/${given.subscription}/providers/Microsoft.Authorization/roleDefinitions/${given.role}`;
    const properties = {
      roleDefinitionId: definition,
      principalId: given["assignee-object-id"],
      principalType: given["assignee-principal-type"],
      condition: given["condition"],
      conditionVersion: given["condition-version"],
    };
    return this.call("PUT", path, { properties });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a missing option fails the command that needs it
type Options = Readonly<Record<string, any>>;

function readOptions(words: readonly string[]): Options {
  const pairs: [string, string][] = [];
  for (let place = 0; place < words.length; place += 2) {
    const name = words[place] ?? "";
    if (!name.startsWith("--")) throw new Error(`unrecognized arguments: ${name}`);
    pairs.push([name.slice(2), words[place + 1] ?? ""]);
  }
  return Object.fromEntries(pairs);
}

/** The forms of JMESPath in the scripts, and no others. */
function query(value: unknown, text: string | undefined): unknown {
  if (text === undefined) return value;
  const [first = "", second] = text.split(" | ");
  const piped = second === undefined ? step(value, first) : step(step(value, first), second);
  return piped;
}

function step(value: unknown, text: string): unknown {
  if (text === "length(@)") return (value as unknown[]).length;
  if (/^\w+$/.test(text)) return (value as Json)[text];
  const list = /^(\w*)\[(?:\?(.+))?\](?:\.(\w+))?$/.exec(text);
  if (list === null) throw new Error(`this az does not know the query ${text}`);
  const [, from = "", condition, field] = list;
  const items = (from === "" ? value : (value as Json)[from]) as Json[];
  const terms = (condition ?? "").split(" && ").filter((term) => term !== "");
  const found = items.filter((item) =>
    terms.every((term) => {
      const [, name = "", how, wanted] = /^(\w+)([=!]=)'([^']*)'$/.exec(term) ?? [];
      if (name === "") throw new Error(`this az does not know the condition ${term}`);
      return (item[name] === wanted) === (how === "==");
    }),
  );
  return field === undefined ? found : found.map((item) => item[field]);
}

function tsv(value: unknown): string {
  const lines = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return lines.map((line) => `${typeof line === "object" ? JSON.stringify(line) : line}\n`).join("");
}
