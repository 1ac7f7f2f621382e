import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { keepingStateKey, stateKeyFile } from "../../../cli/review/state-key-file";
import { readStackState } from "../../../clients/pulumi/stack-state";
import { readStackFile } from "../../../configuration/stack-file";

let projectDirectory: string;
beforeEach(() => {
  projectDirectory = mkdtempSync(join(tmpdir(), "partner-access-key-test-"));
});
afterEach(() => rmSync(projectDirectory, { recursive: true, force: true }));

const url = "azurekeyvault://fabrikam.vault.azure.net/keys/pulumi";
const exported = JSON.stringify({
  deployment: { resources: [], secrets_providers: { type: "cloud", state: { url, encryptedkey: "abc" } } },
});
const stacks = { state: async () => readStackState(exported) };
const write = (text: string) => writeFileSync(join(projectDirectory, "Pulumi.dev.yaml"), text);
const file = () => stateKeyFile(projectDirectory, "dev", exported);

const config =
  'config:\n  # why\n  partner-insights-access:consent: { kind: user }\n  partner-insights-access:x: "12e4567"\n';

describe("an engine's run while the stack's file names another key", () => {
  it("is given the state's own, and the copy is gone when it ends, however it ends", async () => {
    write(`secretsprovider: awskms://mallory\n${config}encryptedkey: evil\nencryptionsalt: v1:x`);
    let path = "";
    const run = async ([flag, copy = ""]: readonly string[]) => {
      path = copy;
      expect(flag).toBe("--config-file");
      expect(readFileSync(copy, "utf8")).toBe(`${config}secretsprovider: "${url}"\nencryptedkey: "abc"\n`);
      throw new Error("the engine fails");
    };
    await expect(keepingStateKey("dev", { stacks, context: { projectDirectory } }, run)).rejects.toThrow(
      "engine fails",
    );
    expect(existsSync(path)).toBe(false);
  });

  it("is given nothing where the file names the state's own key", async () => {
    write(`secretsprovider: ${url}\nencryptedkey: abc\n${config}`);
    const run = async (argv: readonly string[]) => argv;
    expect(await keepingStateKey("dev", { stacks, context: { projectDirectory } }, run)).toEqual([]);
  });

  it("is refused where no such copy can be made", async () => {
    write("{ config: {}, encryptionsalt: v1:x }");
    const run = () => Promise.reject(new Error("it must not run"));
    await expect(keepingStateKey("dev", { stacks, context: { projectDirectory } }, run)).rejects.toMatchObject({
      problems: [{ code: "not-approved", message: expect.stringContaining("secretsprovider is not in the file") }],
    });
  });

  it("goes by the same values as the file, for keys in any order and form", async () => {
    const parts = [
      fc.constantFrom(
        "secretsprovider: awskms://x\n",
        '"secretsprovider": awskms://x\n',
        "secretsprovider:\n  awskms://x\n",
      ),
      fc.constantFrom("encryptedkey: k\n", "encryptedkey: >-\n  k\n", "# encryptedkey: no\n"),
      fc.constantFrom("encryptionsalt: v1:x\n", "encryptionsalt: 'v1:x' # old\n", "", "environment:\n  - a\n"),
      fc.constantFrom(config, `${config}# the end\n`, 'config: { "partner-insights-access:a": b }\n'),
    ] as const;
    await fc.assert(
      fc.asyncProperty(fc.tuple(...parts), fc.integer({ min: 0, max: 23 }), async (lines, order) => {
        const shuffled = [...lines].sort((one, other) => ((one.length * order) % 7) - ((other.length * order) % 7));
        write(shuffled.join(""));
        const { text } = (await file()) ?? { text: "" };
        const [before, after] = [shuffled.join(""), text].map((it) => readStackFile(it, ""));
        expect(after?.values).toEqual(before?.values);
        const { secretsprovider, encryptedkey, encryptionsalt, ...others } = after?.settings ?? {};
        expect({ secretsprovider, encryptedkey, encryptionsalt }).toEqual({
          secretsprovider: url,
          encryptedkey: "abc",
        });
        expect(others["environment"]).toEqual(before?.settings["environment"]);
      }),
    );
  });
});

it("is the only way in which commands refresh a state: a refresh encrypts all of it too", () => {
  const cli = resolve(__dirname, "../../../cli");
  const names = readdirSync(cli, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const refreshing = names.filter((name) => /stacks\.refresh\(/.test(readFileSync(join(cli, name), "utf8")));
  expect(refreshing.sort()).toEqual(["recover/continue-update.ts", "recover/recover-stack.ts", "rotate/leftovers.ts"]);
  for (const name of refreshing) {
    const text = readFileSync(join(cli, name), "utf8");
    expect(text.match(/keepingStateKey\([^;]*?stacks\.refresh\(/g)?.length).toBe(
      text.match(/stacks\.refresh\(/g)?.length,
    );
  }
});
