import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { main } from "../../../cli/main";
import { everyStack } from "../../../cli/shared/every-stack";
import { captureSurroundings } from "../../support/surroundings";

const dev = readFileSync(resolve(__dirname, "../../../Pulumi.dev.yaml"), "utf8");
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "partner-access-all-"));
  writeFileSync(join(directory, "Pulumi.dev.yaml"), dev);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (stack: string, text: string) => writeFileSync(join(directory, `Pulumi.${stack}.yaml`), text);
const surroundingsIn = (env: Record<string, string> = {}) => captureSurroundings({ projectDirectory: directory, env });

describe("--all", () => {
  it("leaves the emulator's stack out where the real Microsoft answers, and says so", () => {
    write("adatum", dev.replace("contoso.example", "adatum.onmicrosoft.com"));
    write("broken", "config: [");
    const { surroundings, stderr } = surroundingsIn();
    expect(everyStack(surroundings)).toEqual(["adatum", "broken"]);
    expect(stderr()).toBe("left out, for the emulator only (a domain under .example): dev\n");
  });

  it("takes it where the emulator answers", () => {
    const { surroundings, stderr } = surroundingsIn({ ARM_METADATA_HOSTNAME: "localhost:8443" });
    expect(everyStack(surroundings)).toEqual(["dev"]);
    expect(stderr()).toBe("");
  });

  it.each(["status", "rotate", "drift"])("of %s is no success where there is nothing to look at", async (command) => {
    const { surroundings, stdout } = surroundingsIn();
    expect(await main([command, "--all", "--json"], surroundings)).toBe(2);
    expect(JSON.parse(stdout()).problems).toMatchObject([{ code: "no-stacks" }]);
  });
});

describe("-s", () => {
  it.each(["status", "rotate"])(
    "of %s with a stack that has no file could not run, which is no finding",
    async (command) => {
      const { surroundings, stdout } = surroundingsIn();
      expect(await main([command, "-s", "devv", "--json"], surroundings)).toBe(2);
      expect(JSON.parse(stdout())).toMatchObject({
        ok: false,
        stacks: [],
        problems: [{ code: "invalid-configuration" }],
      });
    },
  );
});
