import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pulumiIn } from "./engine-directory";
import { isExecutable } from "./path-engine";
import { engineVersion } from "./versions";

/** The files that decide what is built, and nothing else does. */
export const sourceFiles = ["go.mod", "go.sum", "tools.go"] as const;

/** Arguments of `go build`. Changing them makes another engine, so they are part of its key. */
export const buildFlags = [
  // go.mod and go.sum are complete: a build that would change them must fail rather than take something unchecked.
  "-mod=readonly",
  "-tags",
  "osusergo,grpcnotrace",
  "-ldflags",
  `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`,
] as const;

/** The package that becomes the `pulumi` command. */
export const commandPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/** Written beside a built CLI, last: without it, or with another size, a build is not complete. */
export interface BuildRecord {
  readonly version: string;
  readonly bytes: number;
}

export const recordFile = "build.json";

/** Folder of everything about the engine that outlives a run; outside every work tree. */
export function engineCache(env: NodeJS.ProcessEnv): string {
  const own = env["PARTNER_ACCESS_CACHE"];
  if (own !== undefined && own !== "") return join(own, "engine");
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg !== undefined && xdg !== "" ? xdg : join(homedir(), ".cache"), "partner-access", "engine");
}

/** Folder of the CLI built from these sources for this machine. */
export function builtDirectory(cache: string, sources: string): string {
  const hash = createHash("sha256").update(JSON.stringify(buildFlags));
  for (const file of sourceFiles) hash.update("\0").update(readFileSync(join(sources, file)));
  const key = hash.digest("hex").slice(0, 12);
  return join(cache, `v${engineVersion}-${process.platform}-${process.arch}-${key}`);
}

/** The complete CLI in that folder, or undefined. Reads two inodes, so every command can afford it. */
export function builtEngine(directory: string): string | undefined {
  try {
    const record = JSON.parse(readFileSync(join(directory, recordFile), "utf8")) as BuildRecord;
    const pulumi = pulumiIn(directory);
    return isExecutable(pulumi) && statSync(pulumi).size === record.bytes ? pulumi : undefined;
  } catch {
    return undefined;
  }
}
