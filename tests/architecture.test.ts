import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { signatureProblems } from "./support/signatures";

const root = resolve(__dirname, "..");

/** Layers, top to bottom; a file may import its own folder and anything further down. */
const layers: readonly (readonly string[])[] = [
  ["index", "cli", "policy", "bench", "bin"],
  ["components"],
  ["tokens"],
  ["clients"],
  ["rotation"],
  ["configuration"],
  ["permissions"],
  ["model"],
];

/** Inside START: what may import what. */
const startImports = ["bench > cli"];

/** The token package's one file that is wired to services; the rest of it decides. */
const tokenWiring = "tokens/vault-token-source.ts";

/** The files of the program that read the environment. */
const programWiring = ["components/partner-access/dependencies.ts", "components/stack-program/read-program.ts"];

/** The only CLI files that may start what runs offline, or say what it takes. */
const offlineStarters = ["cli/emulator/run.ts", "cli/emulator/declaration.ts"];

interface Import {
  readonly file: string;
  /** The imported path: a file of ours relative to the root, or a package name. */
  readonly target: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", ".git", "tests", "coverage", "dist"].includes(entry.name) ? [] : sources(path);
    }
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const patterns = [
    /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"/gms,
    /\bimport\("([^"]+)"\)/g,
    /\brequire\("([^"]+)"\)/g,
    /^import\s+"([^"]+)"/gm,
  ];
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map((match) => match[1] ?? "")
    .map((target) => ({
      file,
      target: target.startsWith(".") ? relative(root, resolve(root, dirname(file), target)) : target,
    }));
}

const folderOf = (path: string) => path.split("/")[0]?.replace(/\.ts$/, "") ?? "";
const layerOf = (path: string) => layers.findIndex((layer) => layer.includes(folderOf(path)));
const files = sources(".").map((file) => relative(".", file));
const imports = files.flatMap(importsOf);
const ours = imports.filter((entry) => files.some((file) => file === `${entry.target}.ts` || file === entry.target));
const tell = (entry: Import) => `${entry.file} imports ${entry.target}`;

describe("the house", () => {
  it("reads imports at all", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(ours.length).toBeGreaterThan(20);
  });

  it("gives every source folder a layer", () => {
    const known = [...layers.flat(), "offline"];
    expect(files.filter((file) => !known.includes(folderOf(file)))).toEqual([]);
  });

  it("lets imports point down and never sideways", () => {
    const wrong = ours.filter((entry) => {
      const [from, to] = [folderOf(entry.file), folderOf(entry.target)];
      if (from === to || from === "offline" || to === "offline") return false;
      // START is one layer of several files.
      if (layerOf(entry.file) === 0 && layerOf(entry.target) === 0) return !startImports.includes(`${from} > ${to}`);
      return layerOf(entry.target) <= layerOf(entry.file);
    });
    expect(wrong.map(tell)).toEqual([]);
  });

  it("lets the clients know the shared words, and nothing else of ours", () => {
    const known = ["clients", "model"];
    const wrong = ours.filter((entry) => folderOf(entry.file) === "clients" && !known.includes(folderOf(entry.target)));
    expect(wrong.map(tell)).toEqual([]);
  });

  it("keeps the token package small: it knows the clients it is wired to in one file, and no Pulumi", () => {
    const known = ["tokens", "model"];
    const wrong = ours.filter(
      ({ file, target }) =>
        folderOf(file) === "tokens" &&
        !(file === tokenWiring ? [...known, "clients", "rotation"] : known).includes(folderOf(target)),
    );
    expect(wrong.map(tell)).toEqual([]);
  });

  it("imports by relative path, never by the name of one of the packages", () => {
    expect(imports.filter(({ target }) => target.startsWith("partner-insights-")).map(tell)).toEqual([]);
  });

  it("keeps offline apart: it knows the catalog and the shared words only, and only the commands that start it know it", () => {
    const wrong = ours.filter((entry) => {
      const [from, to] = [folderOf(entry.file), folderOf(entry.target)];
      if (from === "offline") return !["offline", "permissions", "model"].includes(to);
      return to === "offline" && !offlineStarters.includes(entry.file);
    });
    expect(wrong.map(tell)).toEqual([]);
  });

  it("keeps Pulumi away from everything that must start fast or be pure", () => {
    const allowed = ["index", "components", "policy", "bench", "offline"];
    const wrong = imports.filter(
      (entry) => entry.target.startsWith("@pulumi/") && !allowed.includes(folderOf(entry.file)),
    );
    expect(wrong.map(tell)).toEqual([]);
  });

  it("imports cloud providers in components only, and azure-native by service folder", () => {
    const providers = imports.filter((entry) => /^@pulumi\/azur/.test(entry.target));
    const allowed = ["index", "components", "bench"];
    expect(providers.filter((entry) => !allowed.includes(folderOf(entry.file))).map(tell)).toEqual([]);
    expect(providers.filter((entry) => entry.target === "@pulumi/azure-native").map(tell)).toEqual([]);
  });

  it("lets the engine write where an approval is asked for first, and nowhere else", () => {
    // What each writer asks before it: the digest and a person, the state's own manifest, or the engine's own limit to the state.
    const asks: Readonly<Record<string, RegExp>> = {
      "cli/up/run.ts": /approvalProblems\([\s\S]*isWanted\([\s\S]*stacks\.up\([\s\S]*isAgreed\(/,
      "cli/rotate/run-rotation.ts": /unapprovedChanges\([\s\S]*previewProblems\([\s\S]*stacks\.up\(/,
      "cli/recover/continue-update.ts": /unapprovedChanges\([\s\S]*stacks\.up\(/,
      "cli/recover/lost-state/adopt.ts": /stacks\.up\(stack, \{ arguments: \["--target", memoryOf\(/,
    };
    const textOf = (file: string) => readFileSync(join(root, file), "utf8");
    const writers = files.filter(
      // The demo plays on its own copy, against the emulator.
      (file) =>
        folderOf(file) === "cli" && !file.startsWith("cli/demo/") && /\bstacks\.(up|destroy)\(/.test(textOf(file)),
    );
    expect([...writers].sort()).toEqual(Object.keys(asks).sort());
    for (const [file, question] of Object.entries(asks)) expect(textOf(file)).toMatch(question);
  });

  it("gives no function more than four parameters, and no call two booleans in a row", () => {
    const checked = files;
    expect(checked.length).toBeGreaterThan(300);
    const problems = checked.flatMap((file) => signatureProblems(file, readFileSync(join(root, file), "utf8")));
    expect(problems).toEqual([]);
  });

  it("signs the commands in at one place", () => {
    const signIns = ours.filter(({ file, target }) => file.startsWith("cli/") && target === "clients/entra/sign-in");
    expect(signIns.map(({ file }) => file)).toEqual(["cli/shared/session.ts"]);
  });

  it("keeps all of a command in one folder: what it is called, and what runs", () => {
    const foldersWith = (name: RegExp) =>
      [...new Set(files.filter((file) => name.test(file)).map((file) => dirname(file)))].sort();
    const declared = foldersWith(/^cli\/[^/]+\/declaration\.ts$/);
    expect(declared.length).toBeGreaterThan(20);
    expect(declared).toEqual(foldersWith(/^cli\/[^/]+\/run(-[a-z-]+)?\.ts$/));
    const apart = ours.filter(
      ({ file, target }) =>
        file.endsWith("/declaration.ts") &&
        target.startsWith("cli/") &&
        !target.startsWith("cli/shared/") &&
        dirname(target) !== dirname(file),
    );
    expect(apart.map(tell)).toEqual([]);
    // Its own folder takes the types of its options from it, and nothing that would be loaded.
    const typesOnly = (file: string) =>
      /^import type \{[^}]*\} from "\.\/declaration";$/m.test(readFileSync(join(root, file), "utf8"));
    const elsewhere = ours.filter(
      ({ file, target }) =>
        target.endsWith("/declaration") &&
        file !== "cli/commands.ts" &&
        !(dirname(target) === dirname(file) && typesOnly(file)),
    );
    expect(elsewhere.map(tell)).toEqual([]);
  });

  it("reads the environment of the process in the wirings and the program's own only", () => {
    const allowed = ["cli/shared/wiring.ts", ...programWiring, tokenWiring];
    const wrong = files.filter(
      (file) =>
        folderOf(file) !== "offline" &&
        !allowed.includes(file) &&
        readFileSync(join(root, file), "utf8").includes("process.env"),
    );
    expect(wrong).toEqual([]);
  });
});
