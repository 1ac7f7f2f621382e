import { extraApplications } from "../../../cli/operations/extra-applications";
import type { Tenant } from "../../../cli/tenant";
import type { GraphApplication } from "../../../clients/graph";

const name = "Partner Insights access (contoso)";
const urn = "urn:pulumi:dev::p::partner-access:index:PartnerApplication$azuread:index/application:Application::partner";
const creating = [{ operation: "creating", urn }];
const credential = { keyId: "k", displayName: null, startDateTime: "", endDateTime: "" };
const application = (id: string, credentials: GraphApplication["credentials"] = []): GraphApplication => ({
  applicationObjectId: `object ${id}`,
  clientId: id,
  displayName: name,
  requested: [],
  credentials,
});

/** A tenant with these applications, some of which have a principal. */
function tenantWith(applications: readonly GraphApplication[], principals: readonly string[]) {
  const asked: string[] = [];
  const graph = {
    applicationsNamed: async (asking: string) => {
      asked.push(asking);
      return applications;
    },
    principal: async (clientId: string) => (principals.includes(clientId) ? {} : undefined),
  };
  return { asked, tenant: { graph, configuration: { application: { displayName: name } } } as unknown as Tenant };
}

describe("an application that a killed run created and no state knows", () => {
  it("is reported with its object id, and how to remove it once it was compared", async () => {
    const { tenant } = tenantWith([application("ours", [credential]), application("extra")], ["ours"]);
    const problems = await extraApplications(tenant, creating, "ours");
    expect(problems.map(({ code }) => code)).toEqual(["extra-application"]);
    expect(problems[0]?.message).toContain(`another one named "${name}" without a service principal`);
    expect(problems[0]?.fix).toContain("az ad app delete --id object extra ");
  });

  it("is none that somebody uses: the published one, one with a principal, one with a credential", async () => {
    const used = [application("ours"), application("with principal"), application("with credential", [credential])];
    const { tenant } = tenantWith(used, ["with principal"]);
    expect(await extraApplications(tenant, creating, "ours")).toEqual([]);
  });

  it("is not looked for when the killed run was creating something else", async () => {
    const { tenant, asked } = tenantWith([application("extra")], []);
    const others = [
      { operation: "updating", urn },
      { operation: "creating", urn: "urn:pulumi:dev::p::x:y:Z::z" },
    ];
    expect(await extraApplications(tenant, others, "ours")).toEqual([]);
    expect(asked).toEqual([]);
  });
});
