import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problemsOf } from "../../../cli/shared/document";
import { createStacks } from "../../../clients/pulumi/stacks";
import { folderStore } from "../../../model/folder-store";

let folder: string;
let state: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "partner-access-store-"));
  const stacks = join(folder, ".pulumi", "stacks", "p");
  mkdirSync(stacks, { recursive: true });
  state = join(stacks, "dev.json");
  writeFileSync(state, "{}");
  writeFileSync(`${state}.attrs`, "");
  writeFileSync(join(stacks, "other.json.attrs"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A CLI that fails as the real one does over an empty `.attrs` file, or otherwise. */
function stacksSaying(said: string, url = `file://${folder}`) {
  const pulumi = join(folder, "pulumi");
  const script = `#!/bin/sh\ncase "$1" in whoami) echo '{"url":"${url}","user":"u"}';; *) echo 'error: ${said}' >&2; exit 255;; esac\n`;
  writeFileSync(pulumi, script, { mode: 0o755 });
  return createStacks({ pulumi, projectDirectory: folder, env: { PATH: process.env["PATH"] } });
}
const problemOf = (action: Promise<unknown>) =>
  action.then(
    () => undefined,
    (error) => problemsOf(error)[0],
  );

describe("a state store in a folder that a killed engine left half-written", () => {
  it.each([
    ["stack ls", (url?: string) => stacksSaying("EOF", url).init("dev")],
    ["stack export", (url?: string) => stacksSaying("failed to load checkpoint: EOF", url).state("dev")],
    ["a preview", (url?: string) => stacksSaying("failed to load checkpoint: unexpected EOF", url).preview("dev")],
    ["an update", (url?: string) => stacksSaying("failed to load checkpoint: EOF", url).up("dev")],
  ])("is named with the empty file and the command that removes it: %s", async (_, action) => {
    for (const url of [undefined, folderStore(folder)]) {
      const problem = await problemOf(action(url));
      expect(problem).toMatchObject({
        code: "half-written-store",
        fix: expect.stringContaining(`rm '${state}.attrs'`),
      });
      expect(problem?.message).toContain("EOF");
      expect(problem?.fix).not.toContain("other.json");
    }
  });

  it("is found by the environment where the CLI cannot even say where its store is", async () => {
    const meta = join(folder, ".pulumi", "meta.yaml.attrs");
    writeFileSync(meta, "");
    const said = 'read ".pulumi/meta.yaml": EOF';
    const pulumi = join(folder, "pulumi");
    writeFileSync(pulumi, `#!/bin/sh\necho 'error: ${said}' >&2; exit 255\n`, { mode: 0o755 });
    const env = { PATH: process.env["PATH"], PULUMI_BACKEND_URL: `file://${folder}` };
    const problem = await problemOf(createStacks({ pulumi, projectDirectory: folder, env }).state("dev"));
    expect(problem).toMatchObject({ code: "half-written-store", fix: expect.stringContaining(meta) });
  });

  it("is not the reason of any other failure, nor of one in another store", async () => {
    expect((await problemOf(stacksSaying("no access").state("dev")))?.code).toBe("unexpected");
    expect((await problemOf(stacksSaying("EOF", "azblob://container").state("dev")))?.code).toBe("unexpected");
    rmSync(`${state}.attrs`);
    expect((await problemOf(stacksSaying("EOF").state("dev")))?.code).toBe("unexpected");
  });
});
