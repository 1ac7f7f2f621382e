import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { parse } from "yaml";
import { contentHash } from "../../../cli/init/package-manifest";
import { main } from "../../../cli/main";
import { readProjectFiles } from "../../../configuration/project-files";
import { readProjectPolicy } from "../../../configuration/read-stack";
import { devDependencies, version } from "../../../package.json";
import { captureContext } from "../../support/captured-context";
import { expectDocument } from "../../support/documents";

let folder: string;
let project: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "partner access init "));
  project = join(folder, "our-partners");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An npm on the PATH that writes down how it was started, and ends with that code. */
function fakeNpm(exitCode = 0): { readonly PATH: string; started(): string } {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const log = join(bin, "log");
  writeFileSync(
    join(bin, "npm"),
    `#!/bin/sh\necho "$PWD: $*" > "${log}"\necho no such version >&2\nexit ${exitCode}\n`,
  );
  chmodSync(join(bin, "npm"), 0o755);
  return {
    PATH: `${bin}${delimiter}${process.env["PATH"]}`,
    started: () => (existsSync(log) ? readFileSync(log, "utf8").trim() : ""),
  };
}

interface Given {
  readonly PATH?: string;
  readonly answer?: string;
  readonly inside?: boolean;
}

async function init(argv: readonly string[], { PATH = "", answer, inside = false }: Given = {}) {
  const place = inside ? project : folder;
  const terminal = answer === undefined ? {} : { isTerminal: true, stdin: Readable.from([`${answer}\n`]) };
  const { context, stdout, stderr } = captureContext({
    ...{ env: { PATH }, workingDirectory: place, projectDirectory: place },
    ...terminal,
  });
  const code = await main(["init", ...argv], context);
  return { code, stdout: stdout(), stderr: stderr() };
}

function documentIn(stdout: string) {
  const document = JSON.parse(stdout);
  expectDocument(document);
  return document;
}

const text = (path: string) => readFileSync(join(project, path), "utf8");
const edit = (path: string, content: string) => writeFileSync(join(project, path), content);
const filesBelow = () => readdirSync(project, { recursive: true, encoding: "utf8" }).sort();
const record = () => JSON.parse(text("package.json")).partnerAccess;
/** As if an older version had written this text of a file. */
function wroteBefore(path: string, content: string): void {
  edit(path, content);
  const manifest = JSON.parse(text("package.json"));
  manifest.partnerAccess.version = "0.0.9";
  manifest.partnerAccess.files[path] = contentHash(content);
  edit("package.json", JSON.stringify(manifest));
}

describe("init", () => {
  it("writes a project that every command understands, and installs what it needs", async () => {
    const npm = fakeNpm();
    const { code, stdout, stderr } = await init(["our-partners"], npm);
    expect({ code, files: stdout.split("\n").length - 1 }).toEqual({ code: 0, files: 14 });
    expect(npm.started()).toBe(`${project}: install --ignore-scripts --no-audit --no-fund`);
    expect(stderr).toContain("  cd our-partners\n");
    const files = readProjectFiles(project);
    expect(files.project).toMatchObject({ name: "our-partners", problems: [] });
    expect(readProjectPolicy(files).problems).toEqual([]);
    expect(text("index.js")).toBe('module.exports = require("partner-insights-access/program");\n');
    expect(JSON.parse(text("package.json"))).toMatchObject({
      ...{ name: "our-partners", private: true, scripts: { "partner-access": "partner-access" } },
      dependencies: { "partner-insights-access": version, "@pulumi/azuread": devDependencies["@pulumi/azuread"] },
    });
  });

  it("needs at most seven files and 200 lines besides the workflows, and leaves no placeholder", async () => {
    await init(["our-partners", "--skip-install"]);
    const files = filesBelow().filter((path) => statSync(join(project, path)).isFile());
    const own = files.filter((path) => !path.includes("workflows"));
    const lines = own.reduce((sum, path) => sum + text(path).split("\n").length - 1, 0);
    process.stderr.write(`a project of one's own: ${own.length} files, ${lines} lines\n`);
    expect(own.length).toBeLessThanOrEqual(7);
    expect(lines).toBeLessThanOrEqual(200);
    expect(files.filter((path) => text(path).includes("PROJECT_NAME"))).toEqual([]);
  });

  it.each([
    ["github", [], ".github/workflows"],
    ["azure-devops", ["--azure-devops"], "azure-pipelines"],
  ])("gives %s the files that this repository runs, letter by letter", async (_, argv, pipelines) => {
    await init(["our-partners", "--skip-install", ...argv]);
    const repository = join(__dirname, "../../..");
    const all = readdirSync(join(repository, pipelines)).filter((name) => !["ci.yml", "release.yml"].includes(name));
    expect(readdirSync(join(project, pipelines))).toEqual(all);
    for (const name of all) {
      expect(text(`${pipelines}/${name}`)).toBe(readFileSync(join(repository, pipelines, name), "utf8"));
    }
    expect(existsSync(join(project, ".github"))).toBe(argv.length === 0);
  });

  it("declares the keys of a stack file as this repository does", () => {
    const config = (file: string) => parse(readFileSync(join(__dirname, "../../..", file), "utf8")).config;
    expect(config("template/Pulumi.yaml")).toEqual(config("Pulumi.yaml"));
  });

  it("leaves what exists as it is, and says so", async () => {
    mkdirSync(project);
    edit("README.md", "mine");
    edit(".gitignore", "*.tmp\n");
    const { code, stderr } = await init(["our-partners", "--skip-install"]);
    expect([code, text("README.md"), text(".gitignore")]).toEqual([0, "mine", "*.tmp\n"]);
    expect(stderr).toContain("left as it is: README.md\n");
    expect(stderr).toContain("add node_modules/ to .gitignore");
  });

  it.each(["package.json", "Pulumi.yaml", "Pulumi.json"])("writes nothing where %s is", async (file) => {
    mkdirSync(project);
    edit(file, "{}");
    const { code, stderr } = await init(["our-partners"]);
    expect([code, filesBelow()]).toEqual([2, [file]]);
    expect(stderr).toContain(`is a project already: it has ${file}`);
  });

  it("names the project after its folder, or as it is told, and refuses what Pulumi or npm would", async () => {
    await init(["Our Partners (EU)", "--skip-install"]);
    expect(readProjectFiles(join(folder, "Our Partners (EU)")).project.name).toBe("our-partners-eu");
    await init(["our-partners", "--name", "access", "--skip-install"]);
    expect(readProjectFiles(project).project.name).toBe("access");
    for (const name of ["Access", "-x", "a b", "", "a/b"]) {
      expect(await init(["other", "--name", name])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("--name"),
      });
    }
    expect(existsSync(join(folder, "other"))).toBe(false);
  });

  it("shows with --dry-run what it would write, and writes nothing", async () => {
    const { code, stdout } = await init(["our-partners", "--dry-run", "--json"]);
    expect([code, existsSync(project)]).toEqual([0, false]);
    const document = documentIn(stdout);
    expect(document).toMatchObject({
      ok: true,
      written: false,
      project: { name: "our-partners", pipelines: "github" },
    });
    expect(document.files).toContainEqual({ path: ".github/workflows/apply.yml", action: "write" });
  });

  it.each([
    ["fails", 7, "npm install ended with exit code 7: no such version"],
    ["is missing", undefined, "npm is not on the PATH"],
  ])("keeps the files where npm %s, and says how to go on", async (_, exitCode, message) => {
    const given = exitCode === undefined ? { PATH: join(folder, "nowhere") } : fakeNpm(exitCode);
    const { code, stdout, stderr } = await init(["our-partners", "--json"], given);
    expect([code, existsSync(join(project, "package.json"))]).toEqual([1, true]);
    expect(stderr).toContain(message);
    expect(documentIn(stdout)).toMatchObject({
      ok: false,
      problems: [{ code: "install-failed", message }],
    });
  });
});

describe("init --update", () => {
  const workflow = ".github/workflows/apply.yml";
  beforeEach(async () => {
    await init(["our-partners", "--skip-install"]);
  });

  it("does nothing where nothing has changed", async () => {
    const before = text("package.json");
    const { code, stdout } = await init(["--update"], { inside: true });
    expect([code, stdout]).toEqual([0, `the files of this project are those of version ${version}\n`]);
    expect(text("package.json")).toBe(before);
  });

  it("shows the differences, asks, and writes the files that nobody has edited", async () => {
    const current = text(workflow);
    wroteBefore(workflow, "name: old\n");
    const no = await init(["--update"], { inside: true, answer: "n" });
    expect([no.code, text(workflow), record().version]).toEqual([1, "name: old\n", "0.0.9"]);
    expect(no.stdout).toContain(`--- a/${workflow}\n+++ b/${workflow}\n`);
    expect(no.stdout).toMatch(/^-name: old$/m);
    expect(no.stderr).toContain(`Change 1 file from version 0.0.9 to ${version}?`);
    const yes = await init(["--update"], { inside: true, answer: "y" });
    expect([yes.code, text(workflow), record().version]).toEqual([0, current, version]);
    expect((await init(["--update"], { inside: true })).stdout).toContain("are those of version");
  });

  it("changes nothing without an answer or --yes, nor with --dry-run", async () => {
    wroteBefore(workflow, "name: apply\n");
    const silent = await init(["--update"], { inside: true });
    expect([silent.code, silent.stderr]).toEqual([1, expect.stringContaining("init --update --yes")]);
    const dry = await init(["--update", "--dry-run", "--json"], { inside: true });
    expect(dry.code).toBe(0);
    expect(documentIn(dry.stdout)).toMatchObject({
      written: false,
      files: [{ path: workflow, action: "write" }],
    });
    expect(text(workflow)).toBe("name: apply\n");
    expect((await init(["--update", "--yes"], { inside: true })).code).toBe(0);
    expect(text(workflow)).not.toBe("name: apply\n");
  });

  it("leaves an edited file alone, names it, and counts it as edited the next time too", async () => {
    wroteBefore(workflow, "name: apply\n");
    edit(workflow, "name: ours\n");
    for (let round = 0; round < 2; round++) {
      const { code, stderr } = await init(["--update", "--yes"], { inside: true });
      expect([code, text(workflow)]).toEqual([0, "name: ours\n"]);
      expect(stderr).toContain(`left as it is, because this project has edited it: ${workflow}\n`);
    }
  });

  it("says nothing of an edited file that this version has not changed", async () => {
    edit("README.md", "ours\n");
    const { code, stderr } = await init(["--update", "--yes"], { inside: true });
    expect([code, stderr, text("README.md")]).toEqual([0, "", "ours\n"]);
  });

  it("writes a new file, deletes one that is no longer written, and keeps an edited one of those", async () => {
    wroteBefore(".github/workflows/old.yml", "old\n");
    wroteBefore(".github/workflows/older.yml", "older\n");
    edit(".github/workflows/older.yml", "ours\n");
    const manifest = JSON.parse(text("package.json"));
    delete manifest.partnerAccess.files[workflow];
    edit("package.json", JSON.stringify(manifest));
    rmSync(join(project, workflow));
    const { code, stderr } = await init(["--update", "--yes"], { inside: true });
    expect(code).toBe(0);
    expect(existsSync(join(project, workflow))).toBe(true);
    expect(existsSync(join(project, ".github/workflows/old.yml"))).toBe(false);
    expect(text(".github/workflows/older.yml")).toBe("ours\n");
    expect(stderr).toContain("edited it: .github/workflows/older.yml");
  });

  it("does not bring back what the project has deleted", async () => {
    wroteBefore(workflow, "name: apply\n");
    rmSync(join(project, workflow));
    const { stderr } = await init(["--update", "--yes"], { inside: true });
    expect([existsSync(join(project, workflow)), stderr]).toEqual([false, expect.stringContaining("has deleted it")]);
  });

  it("never writes through a link", async () => {
    const target = join(folder, "elsewhere.yml");
    writeFileSync(target, "name: apply\n");
    wroteBefore(workflow, "name: apply\n");
    rmSync(join(project, workflow));
    symlinkSync(target, join(project, workflow));
    await init(["--update", "--yes"], { inside: true });
    expect(readFileSync(target, "utf8")).toBe("name: apply\n");
  });

  it.each([
    ["no record", {}],
    ["a record of a file outside of the project", { version, pipelines: "github", files: { "../other": "hash" } }],
    ["an unknown system", { version, pipelines: "other", files: {} }],
  ])("is refused with %s", async (_, partnerAccess) => {
    edit("package.json", JSON.stringify({ name: "x", partnerAccess }));
    const { code, stderr } = await init(["--update", "--yes"], { inside: true });
    expect([code, stderr]).toEqual([2, expect.stringContaining("does not say which files init wrote")]);
  });

  it.each([["elsewhere"], ["--name", "x"], ["--azure-devops"], ["--skip-install"]])("takes no %s", async (...argv) => {
    const { code, stderr } = await init(["--update", ...argv], { inside: true });
    expect([code, stderr]).toEqual([2, expect.stringContaining("--update works on the project of this folder")]);
  });
});
