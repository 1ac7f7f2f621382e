import { openAzureDevOps } from "../../../clients/pull-requests/azure-devops";
import { type AzureDevOpsServer, azureMe, azureToken, startAzureDevOps } from "../../support/azure-devops-server";

let server: AzureDevOpsServer;
const sha = (digit: string) => digit.repeat(40);
const slept: number[] = [];

function open(options: Partial<Parameters<typeof openAzureDevOps>[0]> = {}) {
  let clock = 0;
  const time = {
    now: () => clock,
    sleep: async (ms: number) => {
      slept.push(ms);
      clock += ms;
    },
  };
  return openAzureDevOps({
    collectionUri: `${server.url}/fabrikam-org`,
    project: "Access",
    repositoryId: "repo-1",
    token: azureToken,
    budgetMs: 600_000,
    time,
    ...options,
  });
}

beforeEach(async () => {
  slept.length = 0;
  server = await startAzureDevOps();
});
afterEach(() => server.stop());

describe("Azure DevOps", () => {
  it("finds an open pull request by its head or its trial merge, on any page", async () => {
    server.pulls.push(
      ...Array.from({ length: 230 }, (_, index) => ({ pullRequestId: index + 1, source: sha("1"), merge: sha("2") })),
      { pullRequestId: 231, source: sha("a"), merge: sha("b") },
      { pullRequestId: 300, source: sha("c"), merge: sha("d"), isCompleted: true },
    );
    const host = await open();
    const expected = [{ number: 231, headCommit: sha("a"), baseBranch: "main" }];
    expect(await host.findByHead(sha("a"))).toEqual(expected);
    expect(await host.findByHead(sha("b"))).toEqual(expected);
    expect(await host.findByHead(sha("c"))).toEqual([]);
    expect(await host.findByMerge(sha("d"))).toEqual([{ number: 300, headCommit: sha("c"), baseBranch: "main" }]);
    expect(await host.findByMerge(sha("b"))).toEqual([]);
  });

  it("opens one thread and rewrites it: closed when there is nothing to look at, open when there is", async () => {
    const host = await open();
    const others = { id: 7, comments: [{ id: 1, author: { id: "another" }, content: "a question" }] };
    const gone = { id: 8, isDeleted: true, comments: [{ id: 1, author: { id: azureMe }, content: "deleted" }] };
    server.threads.set(5, [others, gone]);
    await host.createComment(5, "nothing", false);
    const comments = await host.readComments(5);
    expect(comments.map(({ isOurs, text }) => [isOurs, text])).toEqual([
      [false, "a question"],
      [true, "nothing"],
    ]);
    expect(server.threads.get(5)?.at(-1)?.status).toBe(4);
    await host.updateComment(5, comments[1]?.id ?? "", "something", true);
    expect(server.threads.get(5)?.at(-1)).toMatchObject({ status: 1, comments: [{ content: "something" }] });
    expect(server.threads.get(5)).toHaveLength(3);
  });

  it("writes and reads the digest in a status of the push it is about", async () => {
    server.pulls.push({ pullRequestId: 5, source: sha("a"), merge: sha("b") });
    const host = await open();
    const digest = `sha256:${"1".repeat(64)}`;
    const pull = { number: 5, headCommit: sha("a"), baseBranch: "main" };
    expect(await host.readVerdict(pull, "access-review")).toBeUndefined();
    const verdict = {
      name: "access-review",
      commit: sha("a"),
      isComplete: true,
      title: "high risk",
      details: "",
      digest,
    };
    await host.writeVerdict(5, verdict);
    expect(server.statuses).toMatchObject([{ iterationId: 2, state: 2, description: `${digest} high risk` }]);
    expect(await host.readVerdict(pull, "access-review")).toEqual({ digest, isComplete: true });
    // Written by somebody else, or about an earlier push.
    server.statuses.push({ ...server.statuses[0], id: 900, createdBy: { id: "another" }, description: "sha256:x" });
    server.statuses.push({ ...server.statuses[0], id: 901, iterationId: 1, description: "sha256:x" });
    expect(await host.readVerdict(pull, "access-review")).toEqual({ digest, isComplete: true });
  });

  it("waits as long as it is told to, and asks again", async () => {
    const host = await open();
    server.faults = [{ on: "GET /threads", status: 429, headers: { "retry-after": "12" }, body: { message: "slow" } }];
    expect(await host.readComments(5)).toEqual([]);
    expect(slept).toEqual([12_000]);
  });

  it("does not post twice when an answer is lost", async () => {
    const host = await open();
    server.faults = [{ on: "POST /threads", status: 503, isAfter: true }];
    await expect(host.createComment(5, "text", true)).rejects.toMatchObject({ status: 503, isTemporary: true });
    expect(server.threads.get(5)).toHaveLength(1);
  });

  it("says in words what a missing right, a hidden repository and a bad token look like", async () => {
    const host = await open();
    server.faults = [{ on: "POST /threads", status: 403, body: { message: "no" } }];
    await expect(host.createComment(5, "text", true)).rejects.toThrow(/status 403.*Contribute to pull requests/);
    const hidden = await open({ repositoryId: "another" });
    await expect(hidden.readComments(5)).rejects.toThrow(/status 404.*no read access/);
    await expect(open({ token: "another" })).rejects.toMatchObject({ name: "ServiceError" });
  });

  it("shows its token in no error", async () => {
    const host = await open();
    server.faults = [{ on: "GET /threads", status: 403, body: { message: "no" } }];
    const error = (await host.readComments(5).catch((it: unknown) => it)) as Error;
    expect(`${JSON.stringify(error)}${error.message}${error.stack}`).not.toContain(azureToken);
  });

  it("keeps one work item, and leaves one that people closed", async () => {
    const host = await open();
    const text = { markdown: "", plain: 'a <b> & "c"' };
    expect(await host.findTicket("partner-access-drift")).toBeUndefined();
    await host.createTicket("partner-access-drift", { title: "Drift", text });
    const ticket = await host.findTicket("partner-access-drift");
    expect(server.workItems[0].fields["System.Description"]).toBe("<pre>a &#60;b&#62; &#38; &#34;c&#34;</pre>");
    expect([ticket?.says(text), ticket?.says({ ...text, plain: "a" })]).toEqual([true, false]);
    await host.updateTicket(ticket?.id ?? "", "partner-access-drift", { title: "More", text }, true);
    expect(server.workItems).toMatchObject([
      { fields: { "System.Title": "More", "System.Tags": "partner-access-drift" } },
    ]);
    server.workItems[0].fields["System.State"] = "Closed";
    expect(await host.findTicket("partner-access-drift")).toBeUndefined();
  });
});
