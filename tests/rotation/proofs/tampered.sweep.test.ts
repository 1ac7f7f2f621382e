import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { swept } from "../../support/sweep";
import { beginInOverlap, expectRefusalAndRepair, tamperings } from "./tampering";

jest.setTimeout(300_000);
let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
  await beginInOverlap(tenant);
});
afterAll(() => tenant.stop());

it.each(swept(tamperings))("a tampered record never replaces a secret and has a way out: %s", (_, change) =>
  expectRefusalAndRepair(tenant, change),
);
