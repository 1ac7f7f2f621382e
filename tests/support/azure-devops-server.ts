import { type Answer, type Call, type ServiceServer, startService } from "./service-server";

export interface AzurePull {
  readonly pullRequestId: number;
  readonly source: string;
  readonly merge: string;
  readonly isCompleted?: boolean;
  readonly target?: string;
  /** Further commits that its merge brought. */
  readonly brought?: readonly string[];
}
export interface AzureThread {
  readonly id: number;
  status?: number | string;
  isDeleted?: boolean;
  readonly comments: { readonly id: number; readonly author: { readonly id: string }; content: string }[];
}
// biome-ignore lint/suspicious/noExplicitAny: as Azure DevOps answers them
type Raw = any;

/** A project on a server that answers as Azure DevOps does, for the few calls a review makes. */
export interface AzureDevOpsServer extends ServiceServer {
  readonly pulls: AzurePull[];
  readonly threads: Map<number, AzureThread[]>;
  readonly statuses: Raw[];
  readonly workItems: Raw[];
  defaultBranch: string;
  /** Where a commit and a branch have their history in common: the commit itself where the branch contains it. */
  commonCommit: (branch: string, commit: string) => string;
}

export const azureToken = "eyLocalLocalLocalLocalLocalLocal.bearer.token";
export const azureMe = "00000000-0000-4000-8000-0000000000aa";
const base = "/fabrikam-org/Access/_apis/git/repositories/repo-1";

/** Where the client library finds each resource: it asks for these by OPTIONS. Ids and templates as Microsoft's services give them. */
const gitLocations = [
  [
    "9946fd70-0d40-406e-b686-b4744cbbcc37",
    "pullRequests",
    "{project}/_apis/{area}/repositories/{repositoryId}/{resource}/{pullRequestId}",
  ],
  [
    "ab6e2e5d-a0b7-4153-b64a-a4efe0d49449",
    "pullRequestThreads",
    "{project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/threads/{threadId}",
  ],
  [
    "965a3ec7-5ed8-455a-bdcb-835a5ea7fe7b",
    "pullRequestThreadComments",
    "{project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/threads/{threadId}/comments/{commentId}",
  ],
  [
    "b5f6bb4f-8d1e-4d79-8d11-4c9172c99c35",
    "pullRequestStatuses",
    "{project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/statuses/{statusId}",
  ],
  [
    "d43911ee-6958-46b0-a42b-8445b8a0d004",
    "pullRequestIterations",
    "{project}/_apis/{area}/repositories/{repositoryId}/pullRequests/{pullRequestId}/iterations/{iterationId}",
  ],
  [
    "b3a6eebe-9cf0-49ea-b6cb-1a4c5f5007b0",
    "pullRequestQuery",
    "{project}/_apis/{area}/repositories/{repositoryId}/{resource}",
  ],
  ["225f7195-f9c7-4d14-ab28-a83f7ff77e1f", "repositories", "{project}/_apis/{area}/{resource}/{repositoryId}"],
  [
    "615588d5-c0c7-4b88-88f8-e625306446e8",
    "commitDiffs",
    "{project}/_apis/{area}/repositories/{repositoryId}/diffs/commits",
  ],
] as const;
const workLocations = [
  ["1a9c53f7-f243-4447-b110-35ef023636e4", "wiql", "{project}/_apis/{area}/{resource}"],
  ["72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", "workItems", "{project}/_apis/{area}/{resource}/{id}"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the template of the service has that form
  ["62d3d110-0047-428c-ad3c-4fe872c91c74", "workItems", "{project}/_apis/{area}/{resource}/${type}"],
] as const;
const locationLocations = [
  ["e81700f7-3be2-46de-8624-2eb35882fcaa", "ResourceAreas", "_apis/{resource}/{areaId}"],
] as const;

export async function startAzureDevOps(): Promise<AzureDevOpsServer> {
  const pulls: AzurePull[] = [];
  const threads = new Map<number, AzureThread[]>();
  const statuses: Raw[] = [];
  const workItems: Raw[] = [];
  let nextId = 100;

  const route = (call: Call): Answer => {
    const { method, path, query, body } = call;
    // Microsoft's sign-in page comes with a status of success.
    if (call.headers.authorization !== `Bearer ${azureToken}`) return { status: 203, body: "<html>sign in</html>" };
    if (method === "OPTIONS") return locationsOf(path);
    if (path.endsWith("/_apis/connectionData")) return { status: 200, body: { authenticatedUser: { id: azureMe } } };
    if (path.endsWith("/_apis/ResourceAreas")) return { status: 200, body: { count: 0, value: null } };
    if (path.includes("/_apis/wit/")) return workItemAnswer(call, workItems, () => nextId++);
    if (!path.startsWith(base)) return notFound;
    const rest = path.slice(base.length);
    const [, number = 0, inner = 0, comment = 0] =
      /^\/pullRequests\/(\d+)(?:\/\w+(?:\/(\d+)(?:\/comments\/(\d+))?)?)?/.exec(rest)?.map(Number) ?? [];
    switch (`${method} ${rest.replace(/\/\d+(?=\/|$)/g, "/:n")}`) {
      case "GET /pullRequests": {
        const [skip, top] = [Number(query.get("$skip") ?? 0), Number(query.get("$top") ?? 101)];
        if (query.get("searchCriteria.status") !== "1") return { status: 400, body: { message: "status" } };
        const active = pulls.filter(({ isCompleted }) => !isCompleted);
        return list(active.slice(skip, skip + top).map(pullBody));
      }
      case "GET ":
        return { status: 200, body: { id: "repo-1", defaultBranch: `refs/heads/${server.defaultBranch}` } };
      case "GET /pullRequests/:n": {
        const pull = pulls.find(({ pullRequestId }) => pullRequestId === number);
        return pull === undefined ? notFound : { status: 200, body: pullBody(pull) };
      }
      case "GET /diffs/commits": {
        const [branch, commit] = [query.get("baseVersion") ?? "", query.get("targetVersion") ?? ""];
        const types = [query.get("baseVersionType"), query.get("targetVersionType")];
        // A branch is 0 and a commit 2 in `GitVersionType`.
        if (types.join() !== "0,2") return { status: 400, body: { message: "TF401175: the version descriptor" } };
        return { status: 200, body: { commonCommit: server.commonCommit(branch, commit), changes: [] } };
      }
      case "POST /pullRequestQuery": {
        const [{ type, items }] = body.queries;
        const commitsOf = ({ merge, brought = [] }: AzurePull) => (type === 2 ? [merge, ...brought] : [merge]);
        const found = pulls.filter((it) => commitsOf(it).some((commit) => items.includes(commit))).map(pullBody);
        return {
          status: 200,
          body: { queries: body.queries, results: [found.length > 0 ? { [items[0]]: found } : {}] },
        };
      }
      case "GET /pullRequests/:n/threads":
        return list(threads.get(number) ?? []);
      case "POST /pullRequests/:n/threads": {
        const comments = body.comments.map((it: Raw, index: number) => ({
          ...it,
          id: index + 1,
          author: { id: azureMe },
        }));
        const thread = { id: nextId++, status: body.status, comments };
        threads.set(number, [...(threads.get(number) ?? []), thread]);
        return { status: 200, body: thread };
      }
      case "PATCH /pullRequests/:n/threads/:n": {
        const thread = threads.get(number)?.find(({ id }) => id === inner);
        if (thread === undefined) return notFound;
        thread.status = body.status;
        return { status: 200, body: thread };
      }
      case "PATCH /pullRequests/:n/threads/:n/comments/:n": {
        const found = threads
          .get(number)
          ?.find(({ id }) => id === inner)
          ?.comments.find(({ id }) => id === comment);
        if (found === undefined) return notFound;
        found.content = body.content;
        return { status: 200, body: found };
      }
      case "GET /pullRequests/:n/iterations":
        return list(
          pulls
            .filter(({ pullRequestId }) => pullRequestId === number)
            .flatMap(({ source }) => ["0".repeat(40), source])
            .map((commitId, index) => ({ id: index + 1, sourceRefCommit: { commitId } })),
        );
      case "GET /pullRequests/:n/statuses":
        return list(statuses.filter((it) => it.pull === number));
      case "POST /pullRequests/:n/statuses": {
        const status = { ...body, id: nextId++, pull: number, createdBy: { id: azureMe } };
        statuses.push(status);
        return { status: 200, body: status };
      }
      default:
        return { status: 500, body: { message: `the local Azure DevOps does not know ${method} ${rest}` } };
    }
  };
  const server: AzureDevOpsServer = Object.assign(await startService(route), {
    ...{ pulls, threads, statuses, workItems },
    defaultBranch: "main",
    commonCommit: (_branch: string, commit: string) => commit,
  });
  return server;
}

const notFound: Answer = {
  status: 404,
  body: { message: "TF401019: it does not exist or you do not have permissions" },
};

function list(value: readonly unknown[]): Answer {
  return { status: 200, body: { count: value.length, value } };
}

function locationsOf(path: string): Answer {
  const [area, locations] = path.includes("/wit")
    ? (["wit", workLocations] as const)
    : path.includes("/git")
      ? (["git", gitLocations] as const)
      : (["Location", locationLocations] as const);
  return list(
    locations.map(([id, resourceName, routeTemplate]) => ({
      ...{ id, area, resourceName, routeTemplate, resourceVersion: 1 },
      ...{ minVersion: "1.0", maxVersion: "7.2", releasedVersion: "7.1" },
    })),
  );
}

function pullBody({ pullRequestId, source, merge, isCompleted, target = "main" }: AzurePull) {
  return {
    pullRequestId,
    status: isCompleted ? "completed" : "active",
    targetRefName: `refs/heads/${target}`,
    lastMergeSourceCommit: { commitId: source },
    lastMergeCommit: { commitId: merge },
  };
}

function workItemAnswer({ method, path, body }: Call, workItems: Raw[], newId: () => number): Answer {
  if (path.endsWith("/_apis/wit/wiql")) {
    const tag = /\[System\.Tags\] CONTAINS '([^']+)'/.exec(body.query)?.[1];
    const isOver = (it: Raw) => ["Closed", "Done", "Removed", "Resolved"].includes(it.fields["System.State"]);
    const found = workItems.filter((it) => it.fields["System.Tags"] === tag && !isOver(it));
    return { status: 200, body: { workItems: found.map(({ id }) => ({ id })) } };
  }
  const set = (item: Raw) => {
    for (const { path: field, value } of body) item.fields[field.replace("/fields/", "")] = value;
    return { status: 200, body: item };
  };
  if (method === "POST") {
    const item = { id: newId(), fields: { "System.State": "New" } };
    workItems.push(item);
    return set(item);
  }
  const item = workItems.find(({ id }) => id === Number(path.split("/").at(-1)));
  if (item === undefined) return notFound;
  return method === "PATCH" ? set(item) : { status: 200, body: item };
}
