import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { eventually } from "../fakes";
import { endless, info, program, root, startHost } from "./started-host";

describe("a plugin run by the host", () => {
  async function plugin(files: Readonly<Record<string, string>>, kind: string) {
    const folder = program(files);
    const { client } = await startHost();
    const request = new language.RunPluginRequest()
      .setKind(kind)
      .setPwd(root)
      .setInfo(info(folder, { typescript: false }))
      .setArgsList(["127.0.0.1:1"])
      .setEnvList([`PATH=${process.env["PATH"]}`, "COLOUR=red", "COLOUR=green"]);
    const out: string[] = [];
    const stream = client.runPlugin(request);
    const result = new Promise<string>((done) => {
      stream.on("data", (message: language.RunPluginResponse) => {
        out.push(Buffer.from(message.getStdout_asU8()).toString(), Buffer.from(message.getStderr_asU8()).toString());
      });
      stream.on("end", () => done("ended"));
      stream.on("error", (error: { details?: string }) => done(`failed: ${error.details}`));
    });
    return { folder, out, result, stream };
  }

  it("gets its folder, its arguments and exactly the environment the engine gave", async () => {
    const source = `console.log(JSON.stringify([process.argv.slice(2), process.env.COLOUR, process.env.HOME, process.cwd()]));`;
    const { result, out } = await plugin({ "index.js": source }, "resource");
    expect(await result).toBe("ended");
    expect(JSON.parse(out.join(""))).toEqual([["127.0.0.1:1"], "green", null, root]);
  });

  it("fails the call when it ends with an error", async () => {
    const { result } = await plugin({ "index.js": "process.exit(7);" }, "resource");
    expect(await result).toBe("failed: Program exited with non-zero exit code: 7");
  });

  it("ends when the engine gives the call up", async () => {
    const { stream, folder } = await plugin({ "index.js": endless }, "resource");
    const file = join(folder, "pid");
    await eventually("the plugin", () => existsSync(file) && readFileSync(file, "utf8") !== "");
    stream.cancel();
    await eventually("the plugin has gone", () => {
      try {
        return !process.kill(Number(readFileSync(file, "utf8")), 0);
      } catch {
        return true;
      }
    });
  });
});
