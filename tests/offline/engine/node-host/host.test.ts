import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { checkout, ended, script, temporaryFolder } from "../fakes";
import { ask, info, program, recorder, root, run, startHost } from "./started-host";

describe("the stand-in Node host", () => {
  it("prints its port first and says who it is", async () => {
    const { first, client } = await startHost();
    expect(Number(first)).toBeGreaterThan(0);
    const info_ = await ask<{ getVersion(): string }>((done) => client.getPluginInfo(new Empty(), done as never));
    expect(info_.getVersion()).toBe("3.259.0");
  });

  it("tells its version on the command line", async () => {
    expect((await startHost(["-version"])).first).toBe("v3.259.0");
  });

  it("refuses an engine on another machine, on the command line and in the handshake", async () => {
    const refused = await startHost(["10.1.2.3:4711"]);
    expect([refused.first, await ended(refused.child)]).toEqual(["", 1]);
    expect(refused.said.join("\n")).toContain('talks to this machine only, and the engine is at "10.1.2.3:4711"');
    const { client } = await startHost([]);
    const shake = (address: string) =>
      ask((done) => client.handshake(new language.LanguageHandshakeRequest().setEngineAddress(address), done));
    await expect(shake("engine.example:4711")).rejects.toThrow("talks to this machine only");
    await expect(shake("127.0.0.1:4711")).resolves.toBeDefined();
  });

  it("refuses a resource monitor on another machine", async () => {
    const { reply } = await run(recorder, {}, (request) => request.setMonitorAddress("monitor.example:1"));
    await expect(reply).rejects.toThrow('the resource monitor is at "monitor.example:1"');
  });

  it("refuses bun programs", async () => {
    const { child, said } = await startHost(["-runtime=bun", "127.0.0.1:1"]);
    expect([await ended(child), said]).toEqual([1, ["unsupported runtime: bun"]]);
  });

  it("says that it cannot generate code", async () => {
    const { client } = await startHost();
    await expect(ask((done) => client.pack(new language.PackRequest(), done))).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });

  it("reports the plugins a program needs, as messages", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "node_modules", "lib"), { recursive: true });
    const parameterization = { name: "lib", version: "1.0.0", value: "e30=" };
    writeFileSync(
      join(folder, "node_modules", "lib", "package.json"),
      JSON.stringify({
        name: "lib",
        version: "2.0.0",
        pulumi: { resource: true, name: "base", server: "s", parameterization },
      }),
    );
    const { client } = await startHost();
    const request = new language.GetRequiredPackagesRequest().setInfo(info(folder));
    const reply = await ask<language.GetRequiredPackagesResponse>((done) => client.getRequiredPackages(request, done));
    expect(reply.getPackagesList().map((one) => one.toObject())).toMatchObject([
      { name: "base", kind: "resource", version: "v2.0.0", server: "s", parameterization },
    ]);
  });

  it("asks for a package manager only when none is set", async () => {
    const { client } = await startHost();
    const prompts = async (options: Record<string, JavaScriptValue>) => {
      const request = new language.RuntimeOptionsRequest().setInfo(info("/nowhere", options));
      const reply = await ask<language.RuntimeOptionsResponse>((done) => client.runtimeOptionsPrompts(request, done));
      return reply.getPromptsList().map((prompt) => [prompt.getKey(), prompt.getChoicesList().length]);
    };
    expect(await prompts({})).toEqual([["packagemanager", 4]]);
    expect(await prompts({ packagemanager: "npm" })).toEqual([]);
  });

  it("tells which Node runs programs: the one that runs the host, not the one on PATH", async () => {
    const { client } = await startHost(["127.0.0.1:1"], {
      PATH: `${join(script(join(root, "old", "node"), "exit 9"), "..")}:/usr/bin:/bin`,
    });
    const request = new language.AboutRequest().setInfo(info(program()));
    const reply = await ask<language.AboutResponse>((done) => client.about(request, done));
    expect([reply.getExecutable(), reply.getVersion()]).toEqual([process.execPath, process.version]);
  });

  it("lists the dependencies of a program from its lock file", async () => {
    const { client } = await startHost();
    const request = new language.GetProgramDependenciesRequest().setInfo(info(checkout));
    const reply = await ask<language.GetProgramDependenciesResponse>((done) =>
      client.getProgramDependencies(request, done),
    );
    const listed = reply.getDependenciesList().map((one) => `${one.getName()} ${one.getVersion()}`);
    expect(listed).toContain("@pulumi/azuread 6.9.1");
  });

  it("installs dependencies with the package manager of the project and passes on what it says", async () => {
    const bin = join(temporaryFolder(), "bin");
    script(join(bin, "npm"), `echo "npm $@ in $(pwd)"; mkdir -p node_modules`);
    const folder = temporaryFolder();
    const { client } = await startHost(["127.0.0.1:1"], { PATH: `${bin}:/usr/bin:/bin` });
    const request = new language.InstallDependenciesRequest().setInfo(info(folder, { production: true }));
    let said = "";
    await new Promise<void>((done, failed) => {
      client
        .installDependencies(request)
        .on("data", (message: language.InstallDependenciesResponse) => (said += Buffer.from(message.getStdout_asU8())))
        .on("end", done)
        .on("error", failed);
    });
    expect(said).toContain(`npm install --loglevel=error --omit=dev in ${folder}\n`);
  });
});
