// Registers a require hook so that every command runs the sources it stands beside: TypeScript is transpiled with
// @swc/core (types stripped, never checked) and cached by content, so an edit counts at once and a start stays quick.
"use strict";
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { basename, dirname, join, resolve, sep } = require("node:path");

const root = resolve(__dirname, "..");
const options = {
  jsc: { parser: { syntax: "typescript" }, target: "es2023" },
  module: { type: "commonjs" },
  sourceMaps: "inline",
};
const cacheDirectory = join(
  process.env.PARTNER_ACCESS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "partner-access"),
  "transpiled",
);
// Compiled code of the dependencies is kept too: they are most of what a start loads.
require("node:module").enableCompileCache?.(join(cacheDirectory, "compiled"));
const compiler = require("@swc/core/package.json").version;
const salt = [JSON.stringify(options), compiler, process.version].join("\0");

function transpile(filename) {
  const source = readFileSync(filename, "utf8");
  // By content and bare name: every demo and test runs a copy of the program in a folder of its own, and a key with the
  // folder would compile all of it each time and keep it for ever. Source maps resolve the name beside the file itself.
  const name = basename(filename);
  const key = createHash("sha256").update(salt).update(name).update("\0").update(source).digest("hex");
  const cached = join(cacheDirectory, `${key}.js`);
  try {
    return readFileSync(cached, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  // Required here, so that a start from the cache does not load the compiler.
  const { code } = require("@swc/core").transformSync(source, { ...options, filename: name });
  try {
    mkdirSync(dirname(cached), { recursive: true, mode: 0o700 });
    // Written beside and renamed: two starts at once never read half a file.
    const partial = `${cached}.${process.pid}`;
    writeFileSync(partial, code, { mode: 0o600 });
    renameSync(partial, cached);
  } catch {
    // A read-only or full home folder only costs the cache, never the command.
  }
  return code;
}

require.extensions[".ts"] = (module, filename) => {
  if (!filename.startsWith(root + sep)) throw new Error(`${filename} is not a source of this project`);
  module._compile(transpile(filename), filename);
};
