import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareEngineDirectory } from "../../../offline/engine/engine-directory";
import { fakePulumi, temporaryFolder } from "./fakes";

// Processes start here, and a busy machine takes its time.

function world() {
  const root = temporaryFolder();
  const pulumi = fakePulumi(join(root, "bin"), "3.259.0");
  const cache = join(root, "ready");
  const prepare = (emulator: string, node = process.execPath) =>
    prepareEngineDirectory({ pulumi, cache, host: { kind: "stand-in", node, emulator } });
  const project = (name: string) => {
    mkdirSync(join(root, name), { recursive: true });
    return join(root, name);
  };
  return { cache, prepare, project };
}

describe("the folder of an engine", () => {
  it("is another one for another copy of the package and another Node, and the same one otherwise", () => {
    const { prepare, project } = world();
    const first = prepare(project("one"));
    expect(prepare(project("one"))).toBe(first);
    expect(prepare(project("two"))).not.toBe(first);
    expect(prepare(project("one"), "/opt/other/node")).not.toBe(first);
  });

  it("goes when its package has gone and another is made", () => {
    const { prepare, project } = world();
    const gone = prepare(project("gone"));
    const kept = prepare(project("kept"));
    rmSync(project("gone"), { recursive: true });
    prepare(project("new"));
    expect([existsSync(gone), existsSync(kept)]).toEqual([false, true]);
  });

  it("is made anew when something is missing in it", () => {
    const { prepare, project } = world();
    const directory = prepare(project("one"));
    rmSync(join(directory, "pulumi"));
    expect(prepare(project("one"))).toBe(directory);
    expect(readdirSync(directory).sort()).toEqual(["owner.txt", "pulumi", "pulumi-language-nodejs"]);
  });

  it("cleans what a killed start left, but not what another start is making now", () => {
    const { cache, prepare, project } = world();
    const [old, young] = [join(cache, "abc.1.x"), join(cache, "abc.2.x")];
    for (const folder of [old, young]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(old, "pulumi"), "");
    const long = new Date(Date.now() - 7_200_000);
    utimesSync(old, long, long);
    prepare(project("one"));
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });

  it("starts a host whose path holds a quote and a space", () => {
    const { prepare, project } = world();
    const checkout = project("it's mine");
    for (const folder of ["bin", "emulator/engine/node-host"]) mkdirSync(join(checkout, folder), { recursive: true });
    writeFileSync(join(checkout, "bin", "transpile.js"), "");
    writeFileSync(join(checkout, "emulator", "engine", "node-host", "main.ts"), "console.log(process.argv.slice(2))");
    const host = join(prepare(join(checkout, "emulator")), "pulumi-language-nodejs");
    const said = execFileSync(host, ["127.0.0.1:1", "a b"]).toString();
    expect(said).toBe("[ '127.0.0.1:1', 'a b' ]\n");
  });
});
