import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { npm } from "./packed";

/** A registry that has packages of this test, and sends npm on to the machine's own registry for all others. */
export interface TestRegistry {
  /** For `npm_config_registry`. */
  readonly url: string;
  /** Publishes what `npm pack` made; the newest version is the last one. */
  publish(tarball: string): void;
  stop(): Promise<void>;
}

interface Published {
  readonly version: string;
  readonly manifest: object;
  readonly content: Buffer;
}

export async function startRegistry(): Promise<TestRegistry> {
  const others = (await npm(["config", "get", "registry"], process.cwd())).trim().replace(/\/$/, "");
  const packages = new Map<string, Published[]>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/").slice(1);
    const [name = "", file] = path.split("/-/");
    const versions = packages.get(name);
    if (versions === undefined) return void response.writeHead(302, { location: `${others}${request.url}` }).end();
    if (file === undefined) return void response.end(JSON.stringify(describe(name, versions, urlOf())));
    const found = versions.find(({ version }) => file === `${name}-${version}.tgz`);
    return void response.writeHead(found === undefined ? 404 : 200).end(found?.content);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const urlOf = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: urlOf(),
    publish(tarball) {
      const manifest = JSON.parse(
        execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" }),
      ) as { name: string; version: string };
      const known = packages.get(manifest.name) ?? [];
      packages.set(manifest.name, [...known, { version: manifest.version, manifest, content: readFileSync(tarball) }]);
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function describe(name: string, versions: readonly Published[], url: string) {
  return {
    name,
    "dist-tags": { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(
      versions.map(({ version, manifest, content }) => {
        const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
        const dist = { tarball: `${url}/${name}/-/${name}-${version}.tgz`, integrity };
        return [version, { ...manifest, dist }];
      }),
    ),
  };
}
