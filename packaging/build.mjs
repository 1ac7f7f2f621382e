// Bundles the package of the folder it is started in, before npm packs it: CommonJS with statically named exports, source maps, and
// the types that the compiler writes. What other packages provide stays theirs; what the folders of this repository share is inlined.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { decode, encode } from "@jridgewell/sourcemap-codec";
import { rolldown } from "rolldown";
import { imported, packages } from "./packages.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folder = process.cwd();
const entries = packages[relative(root, folder) || "."];
if (entries === undefined) throw new Error(`${folder} is no package. Known: ${Object.keys(packages).join(", ")}`);
const output = join(folder, "dist");

async function bundle() {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
    platform: "node",
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    plugins: [emulatorPackage],
    onLog: (level, log) => {
      // A bundle with a warning is not published: each so far was a file that would have been missing.
      if (level === "warn") throw new Error(log.message);
    },
  });
  const { output: files } = await build.write({
    dir: output,
    format: "cjs",
    sourcemap: true,
    // They name the files of this repository. With their text a package would be twice as large.
    sourcemapExcludeSources: true,
    // For readers of the sources; those who import the package read them in its types.
    comments: { jsdoc: false },
    exports: "auto",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    // As `require`, which finds the same file as in the repository: an `import()` would want its full path.
    dynamicImportInCjs: false,
  });
  await build.close();
  for (const { fileName, code } of files) {
    if (fileName.endsWith(".map")) keepLines(join(output, fileName));
    if (code?.startsWith("#!")) chmodSync(join(output, fileName), 0o755);
  }
}

/** A stack trace needs lines. Maps of every expression would be a third of the package. */
function keepLines(file) {
  const { mappings, ...map } = JSON.parse(readFileSync(file, "utf8"));
  const lines = decode(mappings).map((segments) => segments.slice(0, 1).map((segment) => segment.slice(0, 4)));
  writeFileSync(file, JSON.stringify({ ...map, names: [], mappings: encode(lines) }));
}

/** The emulator is a package of its own: what the commands start of it is loaded from there, and only then. */
const emulatorPackage = {
  name: "emulator-package",
  async resolveId(source, importer) {
    if (importer === undefined || folder.endsWith("offline")) return null;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found?.id === join(root, "offline/index.ts") ? { id: "partner-insights-emulator", external: true } : null;
  },
};

function writeTypes() {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  const options = {
    ...compilerOptions,
    // `npm run check` has checked them.
    ...{ noEmit: false, emitDeclarationOnly: true, declaration: true, noCheck: true },
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const wanted = Object.entries(entries).flatMap(([name, file]) => (imported.includes(name) ? [join(root, file)] : []));
  const places = ["--rootDir", root, "--outDir", join(output, "types"), "--ignoreConfig"];
  execFileSync(process.execPath, [compiler, ...flags, ...places, ...wanted], { cwd: root, stdio: "inherit" });
  prune(wanted.map((file) => join(output, "types", relative(root, file).replace(/\.ts$/, ".d.ts"))));
}

/** The compiler writes types for all code that it reads. Kept are those that an entry's types mention. */
function prune(entryTypes) {
  const kept = new Set();
  const keep = (file) => {
    if (kept.has(file)) return;
    kept.add(file);
    for (const [, name] of readFileSync(file, "utf8").matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
      const target = resolve(dirname(file), name);
      keep(existsSync(`${target}.d.ts`) ? `${target}.d.ts` : join(target, "index.d.ts"));
    }
  };
  entryTypes.forEach(keep);
  const types = join(output, "types");
  for (const name of readdirSync(types, { recursive: true })) {
    const file = join(types, name);
    if (statSync(file).isFile() && !kept.has(file)) rmSync(file);
  }
}

rmSync(output, { recursive: true, force: true });
await bundle();
writeTypes();
