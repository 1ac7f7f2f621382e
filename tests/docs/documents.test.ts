import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { commands } from "../../cli/commands";
import { readStackFromFiles } from "../../configuration/read-stack";
import { name as packageName } from "../../package.json";
import { anchorsOf, codeOf, documents, linksOf, placeOf, read, root, tableAfter } from "./markdown";
import { names } from "./workflow-files";

const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
const isOurs = (target: string) => !/^[a-z]+:/.test(target);

describe("the documents", () => {
  it("are all there", () => {
    expect(documents).toEqual(
      expect.arrayContaining(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "REVIEW.md"].sort(),
      ),
    );
    expect(existsSync(join(root, "LICENSE"))).toBe(true);
  });

  it("link to files and headings that exist", () => {
    const links = documents.flatMap(linksOf).filter(({ target }) => isOurs(target));
    expect(links.length).toBeGreaterThan(20);
    const broken = links.filter((link) => {
      const { file, anchor } = placeOf(link);
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("link elsewhere by https, to public pages", () => {
    const foreign = documents.flatMap(linksOf).filter(({ target }) => !isOurs(target));
    expect(foreign.filter(({ target }) => !target.startsWith("https://"))).toEqual([]);
  });

  it("name scripts that package.json has", () => {
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map((match) => `${document}: ${match[1]}`),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((line) => scripts[line.split(": ")[1] ?? ""] === undefined)).toEqual([]);
  });

  it("explain every script of package.json to contributors", () => {
    const table = tableAfter("CONTRIBUTING.md", "Script").map(
      ([script]) => /npm (?:run )?([\w:-]+)/.exec(script ?? "")?.[1],
    );
    expect(table.sort()).toEqual(Object.keys(scripts).sort());
  });

  it("call tools that npm ci installs, and this package by its full name: another could register its command's", () => {
    const called = documents.flatMap((document) =>
      [...read(document).matchAll(/\bnpx ([\w@/-]+)/g)].map((match) => match[1] ?? ""),
    );
    const isKnown = (tool: string) => tool === packageName || existsSync(join(root, "node_modules/.bin", tool));
    expect(called.filter((tool) => !isKnown(tool))).toEqual([]);
  });

  it("use commands and options that exist", () => {
    const calls = documents.flatMap((document) => codeOf(document).flatMap((code) => callsIn(code, document)));
    expect(calls.length).toBeGreaterThan(15);
    expect(calls.flatMap(unknownIn)).toEqual([]);
  });

  it("name files that exist", () => {
    const folders =
      /^(bench|bin|cli|clients|components|configuration|decisions|docs|model|offline|permissions|policy|rotation|tests|tokens|\.ci|\.github|azure-pipelines)\/[\w./-]+$/;
    // The stack files of the examples, and the catalog of added APIs, are what a reader will write.
    const atTheTop = /^(?!Pulumi\.(contoso|STACK)\.|api-catalog\.)[\w.-]+\.(ts|js|json|yaml)$/;
    const named = documents.flatMap((document) =>
      codeOf(document)
        .filter((code) => folders.test(code) || atTheTop.test(code))
        .map((path) => ({ document, path })),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("stand alone: nothing of how they came to be, and no address inside somebody's network", () => {
    const workflows = names.flatMap((name) => [`.github/workflows/${name}.yml`, `azure-pipelines/${name}.yml`]);
    const forbidden =
      /\bsession\b|\bhelper\b|\bthe brief\b|\/work\/|\/tmp\/|\/root\b|npmmirror|artifactory|verdaccio|GOPROXY|registry\.npmjs|\b(?:10|192\.168|172\.1[6-9])\.\d+\.\d+/i;
    const found = [...documents, ...workflows, ".github/CODEOWNERS"]
      .flatMap((document) =>
        read(document)
          .split("\n")
          .map((line) => `${document}: ${line}`),
      )
      .filter((line) => forbidden.test(line));
    expect(found).toEqual([]);
  });

  it("are written in plain English, without the turns of phrase that a reader has to translate", () => {
    const translated =
      /\b(?:whoever|somebody|anybody|aloud|anew|himself|mend(?:s|ed)?|is told|pass(?:es)? for|taken for|lets in|goes by|for want of|a look that)\b/i;
    // The program's own output is quoted in text blocks; what is generated is written where it is declared.
    const prose = (document: string) =>
      read(document)
        .replaceAll(/^```[\s\S]*?^```$/gm, "")
        .split("\n");
    const examples = ["access-policy.yaml", "Pulumi.yaml", "Pulumi.dev.yaml", ".github/CODEOWNERS"];
    const workflows = [...sources().keys()].filter((path) => /^(?:\.github|azure-pipelines|\.ci)\//.test(path));
    const found = [...documents, ...examples, ...workflows].flatMap((document) =>
      prose(document).flatMap((line) => (translated.test(line) ? [`${document}: ${line}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it("are named by messages, workflows and scripts with a heading that exists", () => {
    const named = [...sources()].flatMap(([path, text]) =>
      [...text.matchAll(/\b((?:docs\/)?[\w-]+\.md)(?:#([\w-]+)|, \\?"([^"\\]+)\\?"|, step (\d+))?/g)]
        .filter(([, document = ""]) => existsSync(join(root, document)) || document.startsWith("docs/"))
        .map(([, document = "", anchor, heading, step]) => ({ path, document, anchor, heading, step })),
    );
    expect(named.length).toBeGreaterThan(5);
    const wrong = named.filter(({ document, anchor, heading, step }) => {
      if (!documents.includes(document)) return true;
      const headings = [...read(document).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = ""]) => text);
      if (anchor !== undefined) return !anchorsOf(document).includes(anchor);
      if (heading !== undefined) return !headings.some((text) => text.replace(/^\d+ /, "") === heading);
      return step !== undefined && !headings.some((text) => text.startsWith(`${step} `));
    });
    expect(wrong).toEqual([]);
    // The README is one page now: a heading of it that a message names would be somewhere in docs/.
    expect([...sources()].filter(([, text]) => /README(?:\.md)?(?:, \\?"|#)/.test(text)).map(([path]) => path)).toEqual(
      [],
    );
  });

  it("describe the architecture on a page that is read: at most 150 lines, with the picture", () => {
    expect(read("ARCHITECTURE.md").trimEnd().split("\n").length).toBeLessThanOrEqual(150);
    expect(read("ARCHITECTURE.md")).toContain("](docs/picture.svg)");
  });

  it("in docs/ are all reached by a link from another document", () => {
    const reached = documents.flatMap((document) =>
      linksOf(document)
        .map((link) => placeOf(link).file)
        .filter((file) => file !== document),
    );
    expect(documents.filter((document) => document.startsWith("docs/") && !reached.includes(document))).toEqual([]);
  });

  it("ask of a newcomer the Go that go.mod does", () => {
    const mod = /^go (\S+)$/m.exec(readFileSync(join(root, "offline/engine/go.mod"), "utf8"))?.[1];
    for (const document of ["README.md", "docs/try.md", "CONTRIBUTING.md"])
      expect(read(document)).toContain(`Go ${mod} or later`);
  });

  it("set up another vault than the example stack's, or a reader's first command would fail", () => {
    const { vault } = readStackFromFiles(root, "dev");
    expect(read("docs/real-tenant.md")).toContain("https://fabrikam-insights.vault.azure.net");
    expect(read("docs/real-tenant.md")).not.toContain(vault.name);
  });

  it("number the decisions without a gap, each with question, answer and price", () => {
    const decisions = documents.filter((document) => document.startsWith("decisions/"));
    expect(decisions.map((document) => Number(document.slice("decisions/".length, "decisions/".length + 4)))).toEqual(
      decisions.map((_, index) => index + 1),
    );
    for (const decision of decisions) {
      for (const part of ["**Question.**", "**Answer.**", "**What we gave up.**"])
        expect(read(decision)).toContain(part);
    }
  });
});

/** What sends people to documents: the program's own sources, workflows and scripts. */
function sources(): ReadonlyMap<string, string> {
  const folders = ["bin", "cli", "clients", "components", "configuration", "permissions", "policy", "rotation"];
  const all = [...folders, "tokens", "model", "offline", ".ci", ".github", "azure-pipelines"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return new Map([...all, "index.ts", "Pulumi.yaml", "access-policy.yaml"].map((path) => [path, read(path)]));
}

interface Call {
  readonly document: string;
  readonly name: string;
  readonly flags: readonly string[];
}

/** A call of ours in a piece of code: through npm, or by the bare name and an option. */
function callsIn(code: string, document: string): readonly Call[] {
  const names = commands.map(({ name }) => name).join("|");
  const forms = [
    /npm run (?:--silent )?partner-access -- ((?:ci )?[a-z][\w-]*)(.*)/,
    new RegExp(`^(${names}) (--?\\w.*)`),
  ];
  return forms.flatMap((form) => {
    const match = form.exec(code);
    if (match === null) return [];
    // A quoted reason may hold anything.
    const rest = (match[2] ?? "").replaceAll(/"[^"]*"/g, "").split("#")[0] ?? "";
    return [{ document, name: match[1] ?? "", flags: rest.match(/(?<=\s|^)--?[a-z][a-z-]*/g) ?? [] }];
  });
}

function unknownIn({ document, name, flags }: Call): readonly string[] {
  const command = commands.find((entry) => entry.name === name);
  if (command === undefined) return [`${document}: ${name}`];
  const known = ["--help", ...command.options.flatMap((option) => option.flags.match(/--?[a-z][a-z-]*/g) ?? [])];
  return flags.filter((flag) => !known.includes(flag)).map((flag) => `${document}: ${name} ${flag}`);
}
