import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { main } from "../../../cli/main";
import { everyStack } from "../../../cli/shared/every-stack";
import { captureContext } from "../../support/captured-context";

const dev = readFileSync(resolve(__dirname, "../../../Pulumi.dev.yaml"), "utf8");
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "partner-access-all-"));
  writeFileSync(join(directory, "Pulumi.dev.yaml"), dev);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (stack: string, text: string) => writeFileSync(join(directory, `Pulumi.${stack}.yaml`), text);
const contextIn = (env: Record<string, string> = {}) => captureContext({ projectDirectory: directory, env });

describe("--all", () => {
  it("leaves the emulator's stack out where the real Microsoft answers, and says so", () => {
    write("adatum", dev.replace("contoso.example", "adatum.onmicrosoft.com"));
    write("broken", "config: [");
    const { context, stderr } = contextIn();
    expect(everyStack(context)).toEqual(["adatum", "broken"]);
    expect(stderr()).toBe("skipped, for the emulator only (a domain under .example): dev\n");
  });

  it("takes it where the emulator answers", () => {
    const { context, stderr } = contextIn({ ARM_METADATA_HOSTNAME: "localhost:8443" });
    expect(everyStack(context)).toEqual(["dev"]);
    expect(stderr()).toBe("");
  });

  it.each(["status", "rotate", "drift"])("of %s is no success where there is nothing to look at", async (command) => {
    const { context, stdout } = contextIn();
    expect(await main([command, "--all", "--json"], context)).toBe(2);
    expect(JSON.parse(stdout()).problems).toMatchObject([{ code: "no-stacks" }]);
  });
});

describe("-s", () => {
  it.each(["status", "rotate"])(
    "of %s with a stack that has no file could not run, which is no finding",
    async (command) => {
      const { context, stdout } = contextIn();
      expect(await main([command, "-s", "devv", "--json"], context)).toBe(2);
      expect(JSON.parse(stdout())).toMatchObject({
        ok: false,
        stacks: [],
        problems: [{ code: "invalid-configuration" }],
      });
    },
  );
});
