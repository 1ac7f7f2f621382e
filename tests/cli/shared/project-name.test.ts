import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { requestRotation } from "../../../cli/rotate/request-rotation";
import { ConfigurationError } from "../../../configuration/problem";
import { readProjectFiles } from "../../../configuration/project-files";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { callCommand } from "../../support/command-call";

const root = resolve(__dirname, "../../..");
const own = (file: string) => readFileSync(join(root, file), "utf8");
let project: string;
const file = (name: string) => join(project, name);

/** A project of somebody else's: the same configuration under the name that they chose. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "partner-access-name-"));
  const named = (name: string) => own(name).replaceAll("partner-insights-access", "our-partners");
  for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml"]) writeFileSync(file(name), named(name));
  writeFileSync(file("access-policy.yaml"), own("access-policy.yaml"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const stacks = () => callCommand(["stacks", "--json"], {}, { projectDirectory: project });

describe("a project's own name", () => {
  it("is the namespace of its keys, and of no other project's", async () => {
    expect(readStackFromFiles(project, "dev")).toEqual(readStackFromFiles(root, "dev"));
    expect(await stacks()).toMatchObject({ code: 0, document: { stacks: [{ stack: "dev", ok: true }] } });
    const defaults = Object.keys(readProjectFiles(project).project.defaults);
    expect(defaults.filter((key) => !key.startsWith("our-partners:"))).toEqual([]);

    writeFileSync(file("Pulumi.dev.yaml"), own("Pulumi.dev.yaml"));
    expect(() => readStackFromFiles(project, "dev")).toThrow(ConfigurationError);
    expect(() => readStackFromFiles(project, "dev")).toThrow("Allowed: keys that begin with our-partners: or pulumi:");
  });

  it("is in the keys that a new stack file gets, and in the request of an emergency", async () => {
    const answers = ["--tenant-id", "33333333-3333-4333-8333-333333333333", "--domain", "adatum.com"];
    const vault = ["--subscription-id", "44444444-4444-4444-8444-444444444444", "--resource-group", "group"];
    const writer = ["--vault-client-id", "55555555-5555-4555-8555-555555555555", "--vault-name", "adatum-vault"];
    const written = await callCommand(
      ["new", "adatum", ...answers, "--user", "reports@adatum.com", ...vault, ...writer],
      {},
      { projectDirectory: project },
    );
    expect(written.code).toBe(0);
    expect(readFileSync(file("Pulumi.adatum.yaml"), "utf8")).toMatch(/^ {2}our-partners:tenant:$/m);
    expect(readStackFromFiles(project, "adatum").tenant.domain).toBe("adatum.com");
    requestRotation(project, "adatum", "a laptop was stolen");
    expect(readStackFromFiles(project, "adatum").rotation).toMatchObject({ request: "a laptop was stolen" });
  });

  it("is what a stack's full name must have", async () => {
    const call = (stack: string) => callCommand(["status", "-s", stack], {}, { projectDirectory: project });
    expect((await call("fabrikam/partner-insights-access/dev")).stderr).toContain("this one is our-partners");
    expect((await call("fabrikam/our-partners/nowhere")).stderr).toContain("Pulumi.nowhere.yaml");
  });

  it.each(["x: y", "12", "a/b", '""'])("is refused where it can begin no key: %s", async (name) => {
    const text = readFileSync(file("Pulumi.yaml"), "utf8");
    writeFileSync(
      file("Pulumi.yaml"),
      text.replace(/^name: .*$/m, name.includes(":") ? `name: { ${name} }` : `name: ${name}`),
    );
    const { document } = await stacks();
    expect(document.stacks[0].problems[0].message).toContain("Pulumi.yaml: name is no name of a project");
  });
});
