import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { homeSubscription, homeTenant } from "../../offline/emulator/seed/constants";
import { runCommand } from "../support/command-process";
import { startTestEmulator, type TestEmulator } from "../support/emulator";
import { copyProject } from "../support/project-copy";
import { isThere, Tool } from "./tool";

const command = process.env["AZ"] ?? "az";
const isHere = isThere(command, ["version"], "Install azure-cli 2.91 (pip install azure-cli), or name it in AZ.");

let emulator: TestEmulator;
let az: Tool;
beforeAll(async () => {
  emulator = await startTestEmulator();
  az = new Tool(command, { ...emulator.env, AZURE_CORE_COLLECT_TELEMETRY: "no" });
  await emulator.control("POST", "settings", { tenant: homeTenant.id, signIn: { requiresMfa: false } });
}, 60_000);
afterAll(async () => {
  await emulator.stop();
  az.remove();
});

/** One tenant that holds both, because the CLI takes the same account for every tenant. */
const soloStack = {
  config: {
    "partner-insights-access:solo": true,
    "partner-insights-access:tenant": { id: homeTenant.id, domain: homeTenant.domain, alias: "alone" },
    "partner-insights-access:reportingUser": {
      userPrincipalName: `admin@${homeTenant.domain}`,
      assignedBy: "deployer",
    },
    "partner-insights-access:vault": {
      subscriptionId: homeSubscription.id,
      resourceGroup: homeSubscription.resourceGroup,
      name: homeSubscription.vault,
    },
  },
};

const value = (query: string) => ["--query", query, "--output", "tsv"];
const scope = `/subscriptions/${homeSubscription.id}/resourceGroups/${homeSubscription.resourceGroup}`;
const vault = homeSubscription.vault;

// One after the other: the sign-in stays for the tests after it.
(isHere ? describe : describe.skip)("Azure CLI with the emulator's environment and nothing else", () => {
  it("signs in as an application, by its secret and by a pipeline's token", async () => {
    const { ARM_CLIENT_ID = "", ARM_TENANT_ID = "", ARM_OIDC_TOKEN = "", AZURE_CLIENT_ID = "" } = emulator.env;
    const login = ["login", "--service-principal", "--output", "none"];
    const secret = emulator.secrets.deployer;
    await az.run(...login, "--username", AZURE_CLIENT_ID, "--password", secret, "--tenant", homeTenant.id);
    expect(await az.run("account", "show", ...value("user.type"))).toBe("servicePrincipal");
    const partner = ["--username", ARM_CLIENT_ID, "--tenant", ARM_TENANT_ID, "--allow-no-subscriptions"];
    await az.run(...login, ...partner, "--federated-token", ARM_OIDC_TOKEN);
    expect(await az.run("ad", "app", "list", ...value("[].displayName"))).toContain("partner-access deployer");
    await az.run("logout");
  }, 300_000);

  it("signs in as the administrator, and manages an application", async () => {
    const administrator = emulator.tenants.find(({ id }) => id === homeTenant.id)?.administrator;
    const { userPrincipalName = "", password = "" } = administrator ?? {};
    await az.run("login", "--username", userPrincipalName, "--password", password, "--output", "none");
    expect(await az.run("ad", "signed-in-user", "show", ...value("userPrincipalName"))).toBe(userPrincipalName);
    const appId = await az.run("ad", "app", "create", "--display-name", "from az", ...value("appId"));
    await az.run("ad", "sp", "create", "--id", appId);
    expect(await az.run("ad", "app", "owner", "list", "--id", appId, ...value("[].userPrincipalName"))).toBe(
      userPrincipalName,
    );
    expect(await az.run("ad", "app", "credential", "reset", "--id", appId, ...value("tenant"))).toBe(homeTenant.id);
    const trust = { name: "gh", issuer: "https://i.example", subject: "s", audiences: ["api://AzureADTokenExchange"] };
    const credential = ["ad", "app", "federated-credential"];
    await az.run(...credential, "create", "--id", appId, "--parameters", JSON.stringify(trust));
    await az.run(...credential, "delete", "--id", appId, "--federated-credential-id", "gh");
    expect(await az.run(...credential, "list", "--id", appId, ...value("[].name"))).toBe("");
    await az.run("ad", "app", "delete", "--id", appId);
  }, 600_000);

  it("signs in the person of a solo stack, for every command", async () => {
    const { userPrincipalName = "", password = "" } =
      emulator.tenants.find(({ id }) => id === homeTenant.id)?.administrator ?? {};
    await az.run("login", "--username", userPrincipalName, "--password", password, "--output", "none");
    const project = copyProject();
    try {
      writeFileSync(join(project.directory, "Pulumi.alone.yaml"), JSON.stringify(soloStack));
      const kept = Object.entries(emulator.env).filter(([name]) => !/^(ARM|AZURE)_(CLIENT|TENANT|OIDC)/.test(name));
      const PATH = [az.folderOnPath(), process.env["PATH"]].join(delimiter);
      const env = { ...Object.fromEntries(kept), PATH, HOME: az.home };
      const { document, stderr } = await runCommand(["preflight", "-s", "alone", "--json"], env, project.directory);
      expect({ stderr, problems: document?.problems.map(({ code }: { code: string }) => code) }).toEqual({
        stderr: "",
        problems: expect.not.arrayContaining(["sign-in", "rights"]),
      });
      const { checks } = document.stacks[0];
      const results = Object.fromEntries(
        checks.map(({ name, result }: { name: string; result: string }) => [name, result]),
      );
      expect(results).toMatchObject({ "sign-in": "ok", rights: "ok", owners: "ok", vault: "ok" });
    } finally {
      project.remove();
    }
  }, 300_000);

  it("gives and takes a role, and fails where there is nothing to take", async () => {
    const role = ["--assignee", homeTenant.reader.clientId, "--role", "Key Vault Reader", "--scope", scope];
    await az.run("role", "assignment", "create", ...role);
    const held = ["role", "assignment", "list", "--scope", scope, "--assignee", homeTenant.reader.clientId];
    expect(await az.run(...held, ...value("[].roleDefinitionName"))).toBe("Key Vault Reader");
    await az.run("role", "assignment", "delete", ...role);
    expect(await az.refusal("role", "assignment", "delete", ...role)).toContain("No matched assignments");
  }, 300_000);

  it("reads and writes a vault's secrets, backs one up, and finds none where there is none", async () => {
    const officer = [
      "--assignee",
      `admin@${homeTenant.domain}`,
      "--role",
      "Key Vault Secrets Officer",
      "--scope",
      scope,
    ];
    await az.run("role", "assignment", "create", ...officer);
    const created = ["keyvault", "create", "--name", "made-by-az", "--resource-group", homeSubscription.resourceGroup];
    expect(await az.run(...created, ...value("properties.enableRbacAuthorization"))).toBe("true");
    const secret = (name: string) => ["--vault-name", name, "--name", "one"];
    await az.run("keyvault", "secret", "set", ...secret("made-by-az"), "--value", "text");
    const file = join(az.home, "backup");
    await az.run("keyvault", "secret", "backup", ...secret("made-by-az"), "--file", file);
    expect(readFileSync(file).includes("text")).toBe(false);
    await az.run("keyvault", "secret", "restore", "--vault-name", vault, "--file", file);
    expect(await az.run("keyvault", "secret", "show", ...secret(vault), ...value("value"))).toBe("text");
    expect(await az.refusal("keyvault", "secret", "show", "--vault-name", vault, "--name", "none")).toContain(
      "SecretNotFound",
    );
  }, 600_000);

  it("tells Graph and Resource Manager apart in a plain request", async () => {
    const graph = "https://graph.microsoft.com/v1.0/organization";
    expect(await az.run("rest", "--url", graph, ...value("value[0].id"))).toBe(homeTenant.id);
    const groups = `/subscriptions/${homeSubscription.id}/resourceGroups?api-version=2025-04-01`;
    expect(await az.run("rest", "--url", groups, ...value("value[0].name"))).toBe(homeSubscription.resourceGroup);
    expect(await az.refusal("rest", "--url", "https://graph.microsoft.com/v1.0/groups")).toContain(
      "the emulated graph has no such call",
    );
  }, 300_000);
});
