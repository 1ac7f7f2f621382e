import {
  extraApplication,
  extrasBeside,
  findExtraApplications,
  removeExtraApplications,
} from "../../../cli/recover/extra-applications";
import type { Tenant } from "../../../cli/shared/tenant";
import type { OwnedApplication } from "../../../clients/graph/reading";
import { applicationNotes } from "../../../rotation/mark";
import { partOf } from "../../support/part-of";

const deployment = "0dd0f1ce-0000-4000-8000-000000000001";
const other = "0dd0f1ce-0000-4000-8000-000000000002";
const application = (clientId: string, changes: Partial<OwnedApplication> = {}): OwnedApplication => ({
  ...{
    applicationObjectId: `object ${clientId}`,
    clientId,
    notes: applicationNotes(deployment),
    hasCredentials: false,
  },
  ...changes,
});
const ours = application("ours", { hasCredentials: true });
const creator = { deployment, owners: ["deployer", "rotator"], known: ["ours"] };

/** A tenant by who owns what; some applications have a principal. */
function tenantWith(owned: Readonly<Record<string, readonly OwnedApplication[]>>, principals: readonly string[] = []) {
  const removed: string[] = [];
  const tenant = partOf<Tenant>({
    stack: "dev",
    configuration: { application: { owners: ["rotator"] } },
    graph: {
      owningPrincipals: async () => ["deployer"],
      ownedApplications: async (owner: string) => owned[owner] ?? [],
      principal: async (clientId: string) => (principals.includes(clientId) ? {} : undefined),
    },
    graphWriter: {
      removeApplication: async (objectId: string) => {
        if (objectId.includes("refused")) throw new Error("Graph refused");
        removed.push(objectId);
      },
    },
  });
  return { removed, tenant };
}

describe("an application that a killed run created and no state knows", () => {
  it("is found by its notes under any name, once, whichever of the identities created it", async () => {
    const extra = application("extra");
    const { tenant } = tenantWith({ deployer: [ours, extra], rotator: [extra, application("second")] });
    expect(await findExtraApplications(tenant, creator)).toEqual([
      { applicationObjectId: "object extra", isUsed: false },
      { applicationObjectId: "object second", isUsed: false },
    ]);
  });

  it("is none of another deployment, none without our notes, and none of those in use here", async () => {
    const foreign = [undefined, "", applicationNotes(other), `${applicationNotes(deployment)}, and more`, deployment];
    const deployer = [ours, ...foreign.map((notes, place) => application(`foreign ${place}`, { notes }))];
    expect(await findExtraApplications(tenantWith({ deployer }).tenant, creator)).toEqual([]);
  });

  it("is removed by a recovery, and left where a principal or a credential shows that somebody may use it", async () => {
    const deployer = [
      ours,
      application("extra"),
      application("secret", { hasCredentials: true }),
      application("shown"),
    ];
    const { tenant, removed } = tenantWith({ deployer }, ["ours", "shown"]);
    const { problems, ...result } = await removeExtraApplications(tenant, creator);
    expect([removed, result.removed]).toEqual([["object extra"], ["object extra"]]);
    expect(problems.map(({ code, fix }) => [code, /--id (object \w+) /.exec(fix)?.[1]])).toEqual([
      ["extra-application", "object secret"],
      ["extra-application", "object shown"],
    ]);
  });

  it("does not keep the next one from its removal when its own is refused", async () => {
    const { tenant, removed } = tenantWith({ deployer: [application("refused"), application("extra")] });
    const { problems } = await removeExtraApplications(tenant, creator);
    expect([removed, problems.map(({ message }) => message)]).toEqual([["object extra"], ["Graph refused"]]);
  });

  it("is looked for among what the owners of the published one own, those in the stack's file included", async () => {
    const { tenant } = tenantWith({ deployer: [ours], rotator: [application("extra")] });
    const [extra, ...more] = await extrasBeside(tenant, deployment, ours);
    expect([extra?.applicationObjectId, more]).toEqual(["object extra", []]);
    expect(extra && extraApplication("dev", extra).fix).toBe("Remove it: npm run partner-access -- recover -s dev");
  });
});
