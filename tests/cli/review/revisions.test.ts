import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRevisions } from "../../../cli/review/revisions";
import { captureContext } from "../../support/captured-context";

let directory: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=A Test", "-c", "user.email=test@example.org", ...args], { cwd: directory });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "partner-access-revisions-"));
  mkdirSync(join(directory, "node_modules"));
  mkdirSync(join(directory, "bin"));
  mkdirSync(join(directory, "components/partner-access/recording"), { recursive: true });
  const texts = {
    ".gitignore": "node_modules\n",
    "Pulumi.yaml": "name: p\n",
    "Pulumi.a.yaml": "a\n",
    "Pulumi.b.yaml": "b\n",
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  writeFileSync(join(directory, "bin/transpile.js"), "");
  writeFileSync(join(directory, "components/partner-access/recording/main.ts"), "");
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "the base");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("gives a head its own folder, which shares with the base what is equal, and nothing with the checkout", async () => {
  writeFileSync(join(directory, "Pulumi.b.yaml"), "c\n");
  writeFileSync(join(directory, "Pulumi.c.yaml"), "new\n");
  chmodSync(join(directory, "Pulumi.yaml"), 0o755);
  symlinkSync("Pulumi.a.yaml", join(directory, "Pulumi.d.yaml"));
  const { context } = captureContext({ projectDirectory: directory, env: { PATH: process.env["PATH"] } });
  const { base, head, remove } = await openRevisions({ base: "HEAD", head: undefined }, context);
  const inode = (folder: string, path: string) => lstatSync(join(folder, path)).ino;
  try {
    for (const path of ["Pulumi.a.yaml", "Pulumi.b.yaml", "Pulumi.c.yaml", "Pulumi.yaml", "bin/transpile.js"]) {
      expect(readFileSync(join(head.directory, path))).toEqual(readFileSync(join(directory, path)));
      expect(lstatSync(join(head.directory, path)).mode).toBe(lstatSync(join(directory, path)).mode);
      // Whatever a program did to its own files would be done to nobody's.
      expect(inode(head.directory, path)).not.toBe(inode(directory, path));
    }
    expect(lstatSync(join(head.directory, "Pulumi.d.yaml")).isSymbolicLink()).toBe(true);
    const isShared = (path: string) => inode(head.directory, path) === inode(base.directory, path);
    // Another content and another mode are the head's own.
    expect(["Pulumi.a.yaml", "Pulumi.b.yaml", "Pulumi.yaml"].map(isShared)).toEqual([true, false, false]);
    expect(readFileSync(join(base.directory, "Pulumi.b.yaml"), "utf8")).toBe("b\n");
  } finally {
    await remove();
  }
});
