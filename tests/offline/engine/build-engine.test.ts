import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findEngine } from "../../../offline/engine/find-engine";
import { buildsOf, checkout, ended, eventually, fakeGo, findInAnotherProcess, temporaryFolder } from "./fakes";

// Processes start here, and a busy machine takes its time.

function world() {
  const root = temporaryFolder();
  const [go, cache] = [join(root, "go"), join(root, "cache")];
  const env = { PATH: `${go}:/usr/bin:/bin`, HOME: root, PARTNER_ACCESS_CACHE: cache };
  const lines: string[] = [];
  const find = (more: NodeJS.ProcessEnv = {}) =>
    findEngine({ env: { ...env, ...more }, sources: ["built"], onProgress: (line) => lines.push(line) });
  const left = () => (existsSync(join(cache, "engine")) ? readdirSync(join(cache, "engine")).sort() : []);
  return { go, env, lines, find, left, engines: join(cache, "engine") };
}

const built = expect.stringMatching(/^v3\.259\.0-\w+-\w+-[0-9a-f]{12}$/);

describe("building the engine", () => {
  it("passes the user's Go settings on, but never builds for another machine or outside the pinned modules", async () => {
    const { go, find } = world();
    fakeGo(go);
    await find({ GOPROXY: "https://proxy.example", GOOS: "plan9", GOTOOLCHAIN: "auto", GOWORK: "/elsewhere/go.work" });
    expect(buildsOf(go)[0]).toMatch(/^build \d+ goos= toolchain=local work=off cgo=0 proxy=https:\/\/proxy\.example$/);
    expect(readFileSync(join(go, "arguments"), "utf8")).toMatch(
      /^build -v -mod=readonly -tags osusergo,grpcnotrace -ldflags -s -w -X github\.com\/pulumi\/pulumi\/sdk\/v3\/go\/common\/version\.Version=v3\.259\.0 -o \S+ github\.com\/pulumi\/pulumi\/pkg\/v3\/cmd\/pulumi\n$/,
    );
    expect(readFileSync(join(go, "pwd"), "utf8")).not.toContain(checkout);
  });

  it("is done once by two processes that start at the same time; the second waits and says so", async () => {
    const { go, env, left } = world();
    fakeGo(go);
    writeFileSync(join(go, "hold"), "");
    const both = [findInAnotherProcess(env), findInAnotherProcess(env)];
    await eventually("a build", () => buildsOf(go).length > 0);
    const waiting = () => both.filter((one) => one.said().includes("another process builds pulumi 3.259.0; waiting"));
    await eventually("the other waits", () => waiting().length === 1);
    rmSync(join(go, "hold"));
    expect(await Promise.all(both.map(ended))).toEqual([0, 0]);
    expect(buildsOf(go)).toHaveLength(1);
    expect(left()).toEqual(["ready", built]);
  });

  it("stops the compilers and leaves nothing when it is told to end", async () => {
    const { go, env, left } = world();
    fakeGo(go);
    writeFileSync(join(go, "hold"), "");
    const process_ = findInAnotherProcess(env);
    await eventually("a build", () => buildsOf(go).length > 0);
    const compiler = Number(buildsOf(go)[0]?.split(" ")[1]);
    process_.kill("SIGTERM");
    expect(await ended(process_)).toBe(1);
    expect(process_.said()).toContain("failed: interrupted by SIGTERM before the engine was complete");
    expect(() => process.kill(compiler, 0)).toThrow("ESRCH");
    expect(left()).toEqual([]);
  });

  it("is done again after a build that was killed, whose remains it removes", async () => {
    const { go, env, find, left, engines } = world();
    fakeGo(go);
    writeFileSync(join(go, "hold"), "");
    const process_ = findInAnotherProcess(env);
    await eventually("a build", () => buildsOf(go).length > 0);
    const compiler = Number(buildsOf(go)[0]?.split(" ")[1]);
    process_.kill("SIGKILL");
    await ended(process_);
    process.kill(-compiler, "SIGKILL");
    rmSync(join(go, "hold"));
    const remains = left();
    expect(remains).toEqual([
      expect.stringMatching(/\.building-\d+-[0-9a-f]{8}$/),
      expect.stringMatching(/^v3\.259\.0-.*\.lock$/),
    ]);
    // As if some time had passed: the lock of the dead process is no longer renewed.
    const long = new Date(Date.now() - 120_000);
    utimesSync(join(engines, remains[1] ?? ""), long, long);
    await find();
    expect(left()).toEqual(["ready", built]);
    expect(buildsOf(go)).toHaveLength(2);
  });

  it("does not take a truncated engine for a complete one", async () => {
    const { go, find, left, engines } = world();
    fakeGo(go);
    await find();
    const name = left().find((entry) => entry.startsWith("v3")) ?? "";
    writeFileSync(join(engines, name, "pulumi"), "#!/bin/sh\n");
    await find();
    expect(buildsOf(go)).toHaveLength(2);
  });

  it("does not publish a pulumi that does not run or has another version", async () => {
    const { go, find, left } = world();
    fakeGo(go, "3.258.0");
    await expect(find()).rejects.toThrow("the built pulumi does not run:\n     v3.258.0");
    expect(left()).toEqual([]);
  });

  it.each([
    ["write /tmp/x: no space left on device", /Free some space/],
    ['Get "https://proxy.example/x": dial tcp: lookup proxy.example: no such host', /Set GOPROXY/],
    ["verifying x: checksum mismatch", /never work around it/],
    ["go: inconsistent vendoring", /GOFLAGS unset/],
    ["something new", /Run the command by hand/],
  ])("shows what Go said (%s) and what would help", async (text, hint) => {
    const { go, find, left } = world();
    fakeGo(go, "3.259.0", `echo '${text}' >&2; exit 1`);
    const error = await find().catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toContain(`the build with ${go}/go failed:\n     ${text}`);
    expect((error as Error).message).toMatch(hint);
    expect(left()).toEqual([]);
  });

  it("tells how far it is: sources, then packages, then the time it took", async () => {
    const { go, find, lines } = world();
    fakeGo(go);
    await find();
    expect(lines.map((line) => line.replace(/\d+ s$/, "N s"))).toEqual([
      "building pulumi 3.259.0 with Go (once, some minutes): fetching its sources, 0 modules so far, N s",
      "building pulumi 3.259.0 with Go (once, some minutes): compiling and linking, 0 of at most 3 packages, N s",
      "pulumi 3.259.0 is built, after N s",
    ]);
  });

  it("makes another engine when the pinned modules change", async () => {
    const { go, env, left } = world();
    fakeGo(go);
    const other = temporaryFolder();
    mkdirSync(join(other, "engine"), { recursive: true });
    for (const file of ["go.mod", "go.sum", "tools.go"]) {
      const text = readFileSync(join(checkout, "offline", "engine", file), "utf8");
      writeFileSync(join(other, "engine", file), `${text}// changed\n`);
    }
    for (const emulator of [join(checkout, "offline"), other]) {
      await findEngine({ env, sources: ["built"], emulator });
    }
    expect(left()).toEqual(["ready", built, built]);
    expect(buildsOf(go)).toHaveLength(2);
  });
});
