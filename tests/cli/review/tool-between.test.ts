import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolBetween } from "../../../cli/review/tool-between";

let modules: string;
let changelog: string;
beforeEach(() => {
  modules = join(mkdtempSync(join(tmpdir(), "partner-access-tool-")), "node_modules");
  mkdirSync(join(modules, "partner-insights-access"), { recursive: true });
  changelog = join(modules, "partner-insights-access/CHANGELOG.md");
});
afterEach(() => rmSync(join(modules, ".."), { recursive: true, force: true }));

const address = "https://packages.example/partner-insights-access/-/partner-insights-access-0.1.0.tgz";
const lock = (version: string) =>
  JSON.stringify({
    packages: {
      "": {},
      "node_modules/partner-insights-access": { version, resolved: address, integrity: "sha512-a" },
      "node_modules/other": { version: "1.0.0", resolved: "https://other.example/other/-/other-1.0.0.tgz" },
    },
  });
const between = (head: string) => toolBetween(lock("0.1.0"), head, async () => modules);

it("tells how two lock files differ in the tool, with the changelog of the head's package", async () => {
  writeFileSync(changelog, "## 0.2.0\n");
  expect(await between(lock("0.2.0"))).toEqual({
    name: "partner-insights-access",
    before: { version: "0.1.0", resolved: address, integrity: "sha512-a" },
    after: { version: "0.2.0", resolved: address, integrity: "sha512-a" },
    origins: ["https://other.example"],
    changelog: "## 0.2.0\n",
  });
  expect(await between(lock("0.1.0"))).toBeUndefined();
});

it("asks no address for a changelog that the base's lock file does not name", async () => {
  writeFileSync(changelog, "## 0.2.0\n");
  for (const from of ["packages.example", "other.example"]) {
    const elsewhere = lock("0.2.0").replace(from, "elsewhere.example");
    const asked = jest.fn(async () => modules);
    expect(await toolBetween(lock("0.1.0"), elsewhere, asked)).toMatchObject({ changelog: null });
    expect(asked).not.toHaveBeenCalled();
  }
});

it("knows no changelog where there is none, where it leads elsewhere, or where the packages cannot be had", async () => {
  expect(await between(lock("0.2.0"))).toMatchObject({ changelog: null });
  writeFileSync(join(modules, "secret"), "a secret");
  symlinkSync(join(modules, "secret"), changelog);
  expect(await between(lock("0.2.0"))).toMatchObject({ changelog: null });
  const failing = toolBetween(lock("0.1.0"), lock("0.2.0"), () => Promise.reject(new Error("no network")));
  expect(await failing).toMatchObject({ after: { version: "0.2.0" }, changelog: null });
});
