import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { liveAmongForeigners } from "./among-foreigners";

let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
afterAll(() => tenant.stop());

it("leaves everything of others alone in one short life", async () => {
  await liveAmongForeigners(tenant, 1000, 3);
});
