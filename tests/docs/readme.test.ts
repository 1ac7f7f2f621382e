import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFromFiles } from "../../configuration/read-stack";
import { blocksOf, linksOf, read, root } from "./markdown";

const readme = read("README.md");

describe("the README", () => {
  it("has at most 900 words", () => {
    expect(readme.split(/\s+/).filter((word) => word !== "").length).toBeLessThanOrEqual(900);
  });

  it("shows the two commands of the first minute, and their success, on the first screen", () => {
    expect(blocksOf("README.md")[0]).toMatchObject({
      language: "sh",
      mark: "ci",
      code: "npm ci && npm start\nnpm test\n",
    });
    const lines = readme.split("\n");
    expect(lines.indexOf("All of it worked.")).toBeGreaterThan(0);
    expect(lines.indexOf("All of it worked.")).toBeLessThan(45);
  });

  it("shows one picture, which follows the reader's light or dark mode and describes itself", () => {
    const pictures = [...readme.matchAll(/!\[([^\]]+)\]\(([^)]+)\)/g)].map(([, , target]) => target);
    expect(pictures).toEqual(["docs/picture.svg"]);
    const picture = read("docs/picture.svg");
    expect(picture).toContain("@media (prefers-color-scheme: dark)");
    expect(picture).toMatch(/<title id="title">[^<]+<\/title>\s*<desc id="description">[^<]+<\/desc>/);
  });

  it("shows a stack file of eight lines that passes every check", () => {
    const yaml = blocksOf("README.md").find(({ language }) => language === "yaml")?.code ?? "";
    expect(yaml.trimEnd().split("\n")).toHaveLength(8);
    const folder = mkdtempSync(join(tmpdir(), "partner-access-readme-"));
    try {
      for (const name of ["Pulumi.yaml", "access-policy.yaml"]) cpSync(join(root, name), join(folder, name));
      writeFileSync(join(folder, "Pulumi.contoso.yaml"), yaml);
      expect(readStackFromFiles(folder, "contoso").tenant).toMatchObject({ domain: "contoso.example" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("leads to every page of docs/ that a reader begins with", () => {
    const targets = linksOf("README.md").map(({ target }) => target.split("#")[0]);
    for (const page of [
      "try",
      "real-tenant",
      "azure-devops",
      "review",
      "consumers",
      "operations",
      "configuration",
      "commands",
    ])
      expect(targets).toContain(`docs/${page}.md`);
  });
});
