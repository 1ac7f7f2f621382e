import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { type FindEngineOptions, findEngine } from "../../../offline/engine/find-engine";
import { buildsOf, checkout, fakeGo, fakeHost, fakePulumi, script, temporaryFolder } from "./fakes";

// Processes start here, and a busy machine takes its time.

const system = "/usr/bin:/bin";
const noDownload = () => Promise.reject(new Error("no network here"));

function world(options: Partial<FindEngineOptions> = {}) {
  const root = temporaryFolder();
  const folder = (name: string) => join(root, name);
  const lines: string[] = [];
  return {
    folder,
    lines,
    cache: folder("cache"),
    find: (path: readonly string[]) =>
      findEngine({
        env: { PATH: [...path, system].join(":"), HOME: root, PARTNER_ACCESS_CACHE: folder("cache") },
        onProgress: (line) => lines.push(line),
        install: noDownload,
        ...options,
      }),
  };
}

describe("looking for an engine", () => {
  it("takes a pulumi on PATH that has its own host, as it is", async () => {
    const { folder, find, lines } = world();
    const pulumi = fakePulumi(folder("a"), "3.259.0");
    fakeHost(folder("a"), "3.259.0");
    fakeGo(folder("go"));
    const engine = await find([folder("a"), folder("go")]);
    expect(engine).toEqual({
      pulumi,
      directory: folder("a"),
      source: "path",
      version: "3.259.0",
      host: "real",
      env: { PULUMI_IGNORE_AMBIENT_PLUGINS: "true" },
    });
    expect([lines, buildsOf(folder("go"))]).toEqual([[], []]);
  });

  it("passes over one that is too old and one that is broken, says why, and takes the next", async () => {
    const { folder, find, lines } = world();
    const old = fakePulumi(folder("old"), "3.258.0");
    fakeHost(folder("old"), "3.258.0");
    const broken = script(join(folder("broken"), "pulumi"), "exit 1");
    const good = fakePulumi(folder("good"), "3.260.1");
    fakeHost(folder("good"), "3.260.1");
    const engine = await find([folder("old"), folder("broken"), folder("good")]);
    expect([engine.pulumi, engine.version]).toEqual([good, "3.260.1"]);
    expect(lines).toEqual([
      `passed over: ${old} is version 3.258.0, and 3.259.0 or later is needed`,
      `passed over: ${broken} does not answer "pulumi version" with a version`,
    ]);
  });

  it("follows a link to the folder where the host lies", async () => {
    const { folder, find } = world();
    const pulumi = fakePulumi(folder("real"), "3.259.0");
    fakeHost(folder("real"), "3.259.0");
    mkdirSync(folder("bin"));
    symlinkSync(pulumi, join(folder("bin"), "pulumi"));
    const engine = await find([folder("bin")]);
    expect([engine.pulumi, engine.host]).toEqual([realpathSync(pulumi), "real"]);
  });

  it("brings a pulumi and its host from another folder of PATH together", async () => {
    const { folder, find } = world();
    fakePulumi(folder("a"), "3.259.0");
    const host = fakeHost(folder("b"), "3.259.0");
    const engine = await find([folder("a"), folder("b")]);
    expect([engine.source, engine.host]).toEqual(["path", "real"]);
    expect(dirname(engine.pulumi)).toBe(engine.directory);
    expect(realpathSync(join(engine.directory, "pulumi-language-nodejs"))).toBe(realpathSync(host));
  });

  it("stands in for a missing host, and for one that is too old", async () => {
    const { folder, find, lines } = world();
    const pulumi = fakePulumi(folder("a"), "3.259.0");
    const old = fakeHost(folder("b"), "3.100.0");
    const engine = await find([folder("a"), folder("b")]);
    expect([engine.source, engine.host]).toEqual(["path", "stand-in"]);
    expect(lines).toEqual([
      `passed over: ${old} is version 3.100.0`,
      `${pulumi} has no Node host of its own: ours stands in`,
    ]);
    const host = readFileSync(join(engine.directory, "pulumi-language-nodejs"), "utf8");
    expect(host).toContain(`exec '${process.execPath}' '-r' '${checkout}/bin/transpile.js'`);
  });

  it("does not take its own stand-in, left on PATH, for a real host", async () => {
    const { folder, find } = world();
    fakePulumi(folder("a"), "3.259.0");
    const outer = await find([folder("a")]);
    const inner = await find([outer.directory]);
    expect([outer.host, inner.host]).toEqual(["stand-in", "stand-in"]);
  });

  it("prefers a pulumi with its own host to an earlier one without", async () => {
    const { folder, find } = world();
    fakePulumi(folder("hostless"), "3.259.0");
    const complete = fakePulumi(folder("complete"), "3.259.0");
    fakeHost(folder("complete"), "3.259.0");
    // The host lies on PATH too, but it is the other one's.
    const engine = await find([folder("complete"), folder("hostless")]);
    expect(engine.pulumi).toBe(complete);
  });

  it("builds with Go when PATH has none, once, and puts our host beside it", async () => {
    const { folder, find, cache } = world();
    fakeGo(folder("go"));
    const first = await find([folder("go")]);
    const second = await find([folder("go")]);
    expect(second).toEqual(first);
    expect([first.source, first.host, first.version]).toEqual(["built", "stand-in", "3.259.0"]);
    expect(buildsOf(folder("go"))).toHaveLength(1);
    expect(first.pulumi.startsWith(join(cache, "engine"))).toBe(true);
    // The same file as in the cache, and no link that the engine would resolve.
    const [built = ""] = readdirSync(join(cache, "engine")).filter((name) => name.startsWith("v3.259.0"));
    expect(statSync(first.pulumi).ino).toBe(statSync(join(cache, "engine", built, "pulumi")).ino);
    expect(realpathSync(first.pulumi)).toBe(first.pulumi);
  });

  it("downloads when there is neither a pulumi nor a Go", async () => {
    const { folder, find, cache } = world({
      install: async (root) => {
        fakePulumi(join(root, "bin"), "3.259.0");
        fakeHost(join(root, "bin"), "3.259.0");
      },
    });
    const engine = await find([folder("nothing")]);
    expect([engine.source, engine.host]).toEqual(["installed", "real"]);
    expect(engine.directory).toBe(
      join(cache, "engine", `installed-v3.259.0-${process.platform}-${process.arch}`, "bin"),
    );
  });

  it("leaves nothing of a download that failed halfway", async () => {
    const { folder, find, cache } = world({
      sources: ["installed"],
      install: async (root) => {
        fakePulumi(join(root, "lib"), "3.259.0");
      },
    });
    await expect(find([folder("nothing")])).rejects.toThrow("it left no bin/pulumi");
    expect(readdirSync(join(cache, "engine"))).toEqual([]);
  });

  it("names all three ways, why each failed and what would help, in one error", async () => {
    const { folder, find } = world();
    const old = fakePulumi(folder("old"), "3.0.0");
    const go = script(join(folder("go"), "go"), "echo go1.24.3");
    await expect(find([folder("old"), folder("go")])).rejects.toThrow(
      `No Pulumi engine 3.259.0 or later could be had. Tried, in this order:
 - pulumi on PATH: ${old} is version 3.0.0, and 3.259.0 or later is needed
   Install Pulumi 3.259.0 or later (https://www.pulumi.com/docs/install/) and put it on PATH.
 - build with Go: ${go} is version 1.24.3, and 1.25.11 or later is needed
   Install a newer Go.
 - download: the installer of the Automation API failed: no network here
   Install Pulumi 3.259.0 or later by hand (https://www.pulumi.com/docs/install/) and put it on PATH.`,
    );
  });

  it("makes the folder where a caller wants it", async () => {
    const root = temporaryFolder();
    const directory = join(root, "mine");
    const { folder, find } = world({ directory });
    fakePulumi(folder("a"), "3.259.0");
    const engine = await find([folder("a")]);
    expect(engine.pulumi).toBe(join(directory, "pulumi"));
    expect(existsSync(join(directory, "pulumi-language-nodejs"))).toBe(true);
  });
});

it("does not load the Pulumi SDK to look for an engine", () => {
  const code = `require("${checkout}/offline/engine/find-engine.ts"); console.log(Object.keys(require.cache).join("\\n"))`;
  const loaded = execFileSync(process.execPath, ["-r", join(checkout, "bin", "transpile.js"), "-e", code]).toString();
  expect(loaded).toContain("offline/engine/install-engine.ts");
  expect(loaded).not.toContain("@pulumi/pulumi");
});
