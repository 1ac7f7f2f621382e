import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { main } from "../../cli/main";
import { captureContext } from "./captured-context";
import { type GitHubServer, githubToken, startGitHub } from "./github-server";
import { copyProgram } from "./program-copy";

const run = promisify(execFile);
const root = resolve(__dirname, "../..");

/** A job's checkout: the trusted one of main, or one on the branch of the pull request. */
export type Place = "base" | "head";

/** Two checkouts, the pull request between them, and the service that knows it. */
class ReviewedChange {
  folder = "";
  server!: GitHubServer;
  private readonly recorded = new Map<string, { readonly answer: CommandAnswer; readonly records: string }>();

  /** Makes both checkouts. */
  async create(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), "partner-access-comment-test-"));
    await mkdir(this.at("base"));
    await copyProgram(this.at("base"));
    const dev = await readFile(this.at("base", "Pulumi.dev.yaml"), "utf8");
    await writeFile(this.at("base", "Pulumi.adatum.yaml"), dev.replace("alias: contoso", "alias: adatum"));
    await writeFile(this.at("base", ".gitignore"), "node_modules\n");
    await this.git("base", "init", "--quiet", "--initial-branch=main");
    await this.git("base", "add", "--all");
    await this.git("base", "commit", "--quiet", "--message", "the base");
    await run("git", ["clone", "--quiet", this.at("base"), this.at("head")]);
    await symlink(join(root, "node_modules"), this.at("head", "node_modules"));
  }

  /** A service without pull requests, and a branch without changes. */
  async begin(): Promise<void> {
    this.server = await startGitHub({ mostPerPage: 2 });
    await this.git("head", "checkout", "--quiet", "-B", "change", "origin/main");
  }

  end(): Promise<void> {
    return this.server.stop();
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  at(place: Place, ...path: string[]): string {
    return join(this.folder, place, ...path);
  }

  git(place: Place, ...args: string[]) {
    return run("git", ["-c", "user.name=A Test", "-c", "user.email=test@example.org", ...args], {
      cwd: this.at(place),
    });
  }

  async commitOf(place: Place, name = "HEAD"): Promise<string> {
    return (await this.git(place, "rev-parse", name)).stdout.trim();
  }

  /** Runs a command of ours; each checkout stands for the job that has it. */
  async command(place: Place, argv: readonly string[], env: Record<string, string> = this.github()) {
    const captured = captureContext({
      env: { PATH: process.env["PATH"], ...env },
      projectDirectory: this.at(place),
      workingDirectory: this.folder,
    });
    const code = await main(argv, captured.context);
    return { code, stdout: captured.stdout(), stderr: captured.stderr() };
  }

  /** What the job without rights does with the change. The same content gives the same records, so each is run once. */
  async record(): Promise<CommandAnswer> {
    const { stdout: content } = await this.git("head", "rev-parse", "HEAD^{tree}");
    const file = join(this.folder, "records.json");
    const known = this.recorded.get(content);
    if (known !== undefined) {
      await writeFile(file, known.records);
      return known.answer;
    }
    const answer = await this.command("head", ["diff", "--records-to", "records.json"], {});
    this.recorded.set(content, { answer, records: await readFile(file, "utf8") });
    return answer;
  }

  async edit(path: string, change: (text: string) => string): Promise<void> {
    const before = await readFile(this.at("head", path), "utf8").catch(() => "");
    await writeFile(this.at("head", path), change(before));
  }

  /** Commits what was edited and opens the pull request, after five others. */
  async openPull(): Promise<string> {
    await this.git("head", "add", "--all");
    await this.git("head", "commit", "--quiet", "--message", "the change");
    const headSha = await this.commitOf("head");
    const { pulls } = this.server;
    for (const number of [1, 2, 3]) pulls.push({ number, headSha: "d".repeat(40), base: "main" });
    pulls.push({ number: 4, headSha, base: "main" }, { number: 5, headSha, base: "another-branch" });
    return headSha;
  }

  /** A pull request that changes a document only. */
  async openIdlePull(): Promise<string> {
    await this.edit("README.md", () => `changed ${Date.now()}\n`);
    return this.openPull();
  }

  /** The texts of the comments on a pull request, oldest first. */
  bodies(number = 4): readonly string[] {
    return (this.server.comments.get(number) ?? []).map(({ body }) => body);
  }

  /** The arguments of `comment` on what was recorded. */
  comment(commit: string, ...more: string[]): readonly string[] {
    return [
      ...["comment", "--json", "--head-commit", commit, "--head", this.at("head"), "--records", "records.json"],
      ...["--base", "origin/main", "--into", "main", "--check", ...more],
    ];
  }

  private github(): Record<string, string> {
    return {
      GITHUB_REPOSITORY: "fabrikam/partner-access",
      GITHUB_API_URL: this.server.url,
      GITHUB_TOKEN: githubToken,
      GITHUB_RUN_NUMBER: "7",
    };
  }
}

/** One for a suite: made before its first test, with a new branch and a new service for each. */
export function reviewedChange(): ReviewedChange {
  const change = new ReviewedChange();
  beforeAll(() => change.create());
  beforeEach(() => change.begin());
  afterEach(() => change.end());
  afterAll(() => change.remove());
  return change;
}

type CommandAnswer = Awaited<ReturnType<ReviewedChange["command"]>>;

/** The consent of a stack for all users of its tenant, in place of the reporting user alone. */
export const widen = (text: string) => text.replace("kind: user\n", "kind: tenant\n    reason: Everyone reports.\n");
