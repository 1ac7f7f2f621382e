import { tenantProblems } from "../../../components/partner-access/dependencies";
import { signedInProblems } from "../../../components/stack-program/read-program";

const tenant = { id: "11111111-1111-4111-8111-111111111111", domain: "contoso.example" };

const now = new Date("2027-01-10T12:00:00Z");
const time = () => ({ now, isStated: false });

const domainProblems = () => tenantProblems(tenant, "https://login.example", time);

/** Microsoft's public document for the domain, naming the given tenant. */
function domainBelongsTo(tenantId: string): void {
  jest
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () =>
      Response.json({ token_endpoint: `https://login.example/${tenantId}/oauth2/v2.0/token` }),
    );
}

describe("the sign-in", () => {
  afterEach(() => jest.restoreAllMocks());

  it("fits when the domain and the environment name the configured tenant", async () => {
    domainBelongsTo(tenant.id);
    expect(await domainProblems()).toEqual([]);
    expect(signedInProblems(tenant, tenant.id.toUpperCase())).toEqual([]);
    expect(signedInProblems(tenant, undefined)).toEqual([]);
  });

  it("is refused for another tenant, and both disagreements are named at once", async () => {
    const other = "22222222-2222-4222-8222-222222222222";
    domainBelongsTo(other);
    expect([...signedInProblems(tenant, other), ...(await domainProblems())]).toEqual([
      `the identity is of tenant ${other}, and the partner tenant is ${tenant.id} (${tenant.domain}): set ARM_CLIENT_ID to an identity of that tenant, and ARM_TENANT_ID to its id`,
      `tenant.domain contoso.example belongs to tenant ${other}, tenant.id is ${tenant.id}: correct one`,
    ]);
  });

  it("is refused where the clock is days away from the service's, which would retire a secret too early", async () => {
    const headers = { date: "Sat, 02 Jan 2027 12:00:00 GMT" };
    jest
      .spyOn(globalThis, "fetch")
      .mockImplementation(async () =>
        Response.json({ token_endpoint: `https://login.example/${tenant.id}/oauth2/v2.0/token` }, { headers }),
      );
    expect(await domainProblems()).toEqual([
      expect.stringContaining("they are 8 days apart, and at most 5 minutes are allowed"),
    ]);
  });

  it("stops in one sentence when nobody answers, instead of going on unchecked", async () => {
    jest
      .spyOn(globalThis, "fetch")
      .mockImplementation(async () => Response.json({ error_codes: [90002] }, { status: 400 }));
    await expect(domainProblems()).rejects.toThrow(
      "Cannot tell which tenant has the domain contoso.example; nothing was changed: ",
    );
  });
});
