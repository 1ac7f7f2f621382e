import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ended, eventually, temporaryFolder } from "../fakes";
import { ask, endless, info, recorder, run, startHost } from "./started-host";

describe("a program run by the host", () => {
  it("gets flags and configuration as from the real host, and no secret on its command line", async () => {
    const { reply, folder, said } = await run(recorder, {
      tsconfig: "tsconfig.program.json",
      nodeargs: "--no-warnings",
    });
    expect((await reply).toObject()).toEqual({ error: "", bail: false });
    const started = JSON.parse(readFileSync(join(folder, "started.json"), "utf8"));
    expect(started.argv).toEqual([
      ...["--monitor", "127.0.0.1:2", "--engine", "127.0.0.1:1", "--organization", "organization", "--project", "tiny"],
      ...[
        "--root-directory",
        "/the/root",
        "--stack",
        "dev",
        "--pwd",
        folder,
        "--dry-run",
        "--parallel",
        "16",
        ".",
        "--extra",
      ],
    ]);
    expect([started.execArgv, started.node]).toEqual([["--no-warnings"], process.execPath]);
    const { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, ...env } = started.env;
    expect(JSON.parse(PULUMI_CONFIG)).toEqual({
      "tiny:config:plain": "one",
      "tiny:config:secret": "swordfish",
      "azuread:config:tenantId": "t",
    });
    expect(JSON.parse(PULUMI_CONFIG_SECRET_KEYS)).toEqual(["tiny:secret"]);
    expect(env).toEqual({
      PULUMI_LANGUAGE_NODEJS_RUN_PATH: "./runner.js",
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: "tsconfig.program.json",
      ARM_SECRET: "handed on",
    });
    await eventually("both outputs", () => said.length === 2);
    expect(said.sort()).toEqual(["to standard error", "to standard output"]);
  });

  it("is not registered with ts-node when the option says so", async () => {
    const { reply, folder } = await run(recorder, { typescript: false });
    await reply;
    expect(readFileSync(join(folder, "started.json"), "utf8")).not.toContain("PULUMI_NODEJS_TYPESCRIPT");
  });

  it.each([
    ["process.exit(32)", { error: "", bail: true }],
    ["process.exit(3)", { error: "Program exited with non-zero exit code: 3", bail: false }],
    ["process.kill(process.pid, 'SIGKILL')", { error: "Program exited with non-zero exit code: -1", bail: false }],
  ])("that ends with %s is reported as by the real host", async (runner, expected) => {
    expect((await (await run(runner)).reply).toObject()).toEqual(expected);
  });

  it("that runs out of memory gets advice", async () => {
    const { reply } = await run(`process.stderr.write("<--- Last few GCs --->\\n", () => process.exit(134));`);
    expect((await reply).getError()).toMatch(
      /exit code: 134\. Detected a possible out of memory error.*--max-old-space-size/,
    );
  });

  it("with a wrong runtime option does not start, and the option is named", async () => {
    const { reply, folder } = await run(recorder, { typescript: "yes" });
    expect((await reply).getError()).toContain('typescript option must be a boolean, got "yes"');
    expect(existsSync(join(folder, "started.json"))).toBe(false);
  });

  it("without an SDK beside it is told to install it", async () => {
    const { client } = await startHost();
    const folder = temporaryFolder();
    const request = new language.RunRequest().setMonitorAddress("127.0.0.1:2").setInfo(info(folder));
    const reply = await ask<language.RunResponse>((done) => client.run(request, done));
    expect(reply.getError()).toBe(
      `It looks like the Pulumi SDK has not been installed in ${folder}. Have you run pulumi install?`,
    );
  });
});

describe("a program that is still running", () => {
  async function running() {
    const started = await run(endless);
    const file = join(started.folder, "pid");
    await eventually("the program", () => existsSync(file) && readFileSync(file, "utf8") !== "");
    const pid = Number(readFileSync(file, "utf8"));
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    started.reply.catch(() => undefined);
    expect(isAlive()).toBe(true);
    return { ...started, isAlive };
  }

  it("ends when the engine cancels", async () => {
    const { client, isAlive } = await running();
    await ask((done) => client.cancel(new Empty(), done));
    expect(isAlive()).toBe(false);
  });

  it("ends when the engine gives the call up", async () => {
    const { cancel, isAlive } = await running();
    cancel();
    await eventually("the program has gone", () => !isAlive());
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with the host on %s", async (signal) => {
    const { child, isAlive } = await running();
    child.kill(signal);
    expect([await ended(child), isAlive()]).toEqual([0, false]);
  });

  it("ends with the host when the engine is killed and its pipe closes", async () => {
    const { child, isAlive } = await running();
    child.stdin.end();
    expect([await ended(child), isAlive()]).toEqual([0, false]);
  });
});
