import { openGitHub } from "../../../clients/pull-requests/github";
import { type GitHubServer, githubToken, refusal, startGitHub } from "../../support/github-server";

let server: GitHubServer;
const sha = (digit: string) => digit.repeat(40);
const slept: number[] = [];

function open(options: Partial<Parameters<typeof openGitHub>[0]> = {}) {
  let clock = 0;
  const time = {
    now: () => clock,
    sleep: async (ms: number) => {
      slept.push(ms);
      clock += ms;
    },
  };
  return openGitHub({
    apiUrl: server.url,
    repository: "fabrikam/partner-access",
    token: githubToken,
    author: "github-actions[bot]",
    budgetMs: 600_000,
    time,
    now: () => Date.parse("2026-01-01T00:00:00Z"),
    ...options,
  });
}

beforeEach(async () => {
  slept.length = 0;
  server = await startGitHub({ mostPerPage: 2 });
  server.pulls.push(...[1, 2, 3, 4].map((number) => ({ number, headSha: sha(String(number)), base: "main" })), {
    number: 9,
    headSha: sha("9"),
    base: "main",
    mergedAs: sha("a"),
  });
});
afterEach(() => server.stop());

describe("GitHub", () => {
  it("finds an open pull request by its head commit on any page, and no closed one", async () => {
    const host = open();
    expect(await host.findByHead(sha("4"))).toEqual([{ number: 4, headCommit: sha("4"), baseBranch: "main" }]);
    expect(await host.findByHead(sha("9"))).toEqual([]);
    expect(await host.findByMerge(sha("a"))).toEqual([{ number: 9, headCommit: sha("9"), baseBranch: "main" }]);
  });

  it("reads comments from all pages, and tells ours from those of others", async () => {
    const host = open();
    server.comments.set(1, [
      ...[1, 2, 3, 4].map((id) => ({ id, user: { login: "somebody" }, body: `comment ${id}` })),
      { id: 5, user: { login: "github-actions[bot]" }, body: "ours" },
    ]);
    const comments = await host.readComments(1);
    expect(comments.map(({ id, isOurs }) => [id, isOurs])).toEqual([
      ...["1", "2", "3", "4"].map((id) => [id, false]),
      ["5", true],
    ]);
    await host.updateComment(1, "5", "ours, rewritten", true);
    await host.createComment(2, "new", true);
    expect(server.comments.get(1)?.[4]?.body).toBe("ours, rewritten");
    expect(server.comments.get(2)?.map(({ body }) => body)).toEqual(["new"]);
  });

  it.each([
    [
      "primary limit",
      refusal(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225630" }),
      31_000,
    ],
    ["limit with a time", refusal(429, "Too many requests", { "retry-after": "5" }), 5000],
    ["secondary limit", refusal(403, "You have exceeded a secondary rate limit. Please wait."), 60_000],
    [
      "secondary limit with a time",
      refusal(403, "You have exceeded a secondary rate limit.", { "retry-after": "9" }),
      9000,
    ],
  ])("waits for the end of a %s, and then writes once", async (_, answer, wait) => {
    server.faults = [{ on: "POST /comments", ...answer }];
    await open().createComment(1, "text", true);
    expect(slept).toEqual([wait]);
    expect(server.comments.get(1)).toHaveLength(1);
  });

  it("gives up on a limit that ends too late, and says so", async () => {
    const late = refusal(403, "API rate limit exceeded", {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "1767230000",
    });
    server.faults = [{ on: "GET /comments", ...late }];
    await expect(open().readComments(1)).rejects.toMatchObject({
      service: "GitHub",
      status: 403,
      requestId: "ABCD:1234",
      help: expect.stringContaining("rate limit"),
    });
    expect(slept).toEqual([]);
  });

  it("asks again for what it only reads or rewrites, and never for a new comment that may be there", async () => {
    server.faults = [
      { on: "GET /comments", status: 502 },
      { on: "POST /comments", status: 502, isAfter: true },
    ];
    await expect(open().readComments(1)).resolves.toEqual([]);
    await expect(open().createComment(1, "text", true)).rejects.toMatchObject({ status: 502, isTemporary: true });
    expect(server.comments.get(1)).toHaveLength(1);
  });

  it("says in words why a fork's token cannot write, and that missing rights look like nothing there", async () => {
    server.faults = [{ on: "POST /comments", ...refusal(403, "Resource not accessible by integration") }];
    await expect(open().createComment(1, "text", true)).rejects.toThrow(/status 403.*from a fork.*workflow_run/);
    await expect(open({ repository: "fabrikam/hidden" }).readComments(1)).rejects.toThrow(/status 404.*no read access/);
    await expect(open({ token: "ghs_another" }).readComments(1)).rejects.toThrow(/status 401.*GITHUB_TOKEN/);
    await expect(open({ apiUrl: "http://127.0.0.1:9", budgetMs: 0 }).readComments(1)).rejects.toMatchObject({
      name: "ServiceError",
      isTemporary: true,
    });
  });

  it("shows its token in no error", async () => {
    server.faults = [{ on: "GET /comments", ...refusal(403, "no") }];
    const error = await open()
      .readComments(1)
      .catch((it: unknown) => it);
    expect(`${JSON.stringify(error)}${String(error)}${(error as Error).stack}`).not.toContain(githubToken);
    expect(Object.values(error as object).join()).not.toContain(githubToken);
  });

  it("reads the digest of the newest check of its own about the head commit, and nobody else's", async () => {
    const host = open();
    const [first, second] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
    const pull = { number: 1, headCommit: sha("1"), baseBranch: "main" };
    expect(await host.readVerdict(pull, "access-review")).toBeUndefined();
    for (const digest of [first, second]) {
      await host.writeVerdict(1, {
        name: "access-review",
        commit: sha("1"),
        isComplete: true,
        title: "high risk",
        details: "details",
        digest,
      });
    }
    server.checkRuns.push({ ...server.checkRuns[0], id: 9999, app: { slug: "somebody" } });
    server.checkRuns.push({ ...server.checkRuns[0], id: 9998, name: "another" });
    expect(await host.readVerdict(pull, "access-review")).toEqual({ digest: second, isComplete: true });
  });

  it("keeps one issue: found on any page, in whatever state, and never a pull request or somebody's copy", async () => {
    const host = open();
    const text = { markdown: "What differs.\n", plain: "" };
    server.issues.push(
      ...[1, 2, 3].map((number) => ({
        number,
        user: { login: "github-actions[bot]" },
        title: "",
        body: "",
        state: "open",
      })),
      {
        number: 4,
        user: { login: "somebody" },
        title: "",
        body: "<!-- partner-access:ticket:drift -->\nmine",
        state: "open",
      },
    );
    expect(await host.findTicket("drift")).toBeUndefined();
    await host.createTicket("drift", { title: "Drift", text });
    const ticket = await host.findTicket("drift");
    expect(ticket?.isOpen).toBe(true);
    expect([ticket?.says(text), ticket?.says({ ...text, markdown: "What" })]).toEqual([true, false]);
    await host.updateTicket(ticket?.id ?? "", "drift", { title: "No drift", text }, false);
    expect(await host.findTicket("drift")).toMatchObject({ id: ticket?.id, isOpen: false });
    expect(server.issues).toHaveLength(5);
  });
});
