import { publishedTenant } from "../../../cli/rotate/applied-tenant";
import { rotateCommand } from "../../../cli/rotate/declaration";
import { renewStack } from "../../../cli/rotate/renew-stack";
import { rotateStack } from "../../../cli/rotate/rotate-stack";
import { demandPulumi } from "../../../cli/shared/pulumi";
import type { Tenant } from "../../../cli/shared/tenant";
import { captureContext } from "../../support/captured-context";
import { partOf } from "../../support/part-of";

jest.mock("../../../cli/shared/right-clock", () => ({
  openDatedTenant: async (stack: string) => ({ stack, vaultUri: "https://new" }),
}));
jest.mock("../../../cli/shared/every-stack", () => ({ namedStack: (name: string) => [name] }));
jest.mock("../../../cli/shared/pulumi");
jest.mock("../../../cli/rotate/applied-tenant");
jest.mock("../../../cli/rotate/rotate-stack");
jest.mock("../../../cli/rotate/renew-stack", () => ({ renewStack: jest.fn(async () => null) }));

it("rotates and renews where a stack publishes, while its file names a place that nobody has approved", async () => {
  const applied = partOf<Tenant>({ stack: "dev", vaultUri: "https://applied" });
  jest.mocked(demandPulumi).mockResolvedValue("/pulumi");
  jest.mocked(publishedTenant).mockResolvedValue(applied);
  jest.mocked(rotateStack).mockResolvedValue({
    ...{ stack: "dev", outcome: "not-due", reason: "unchanged", sentence: "" },
    ...{ before: "k", after: "k", value: null, problems: [] },
  });
  const captured = captureContext();
  expect(await (await rotateCommand.load())({ stack: "dev", json: true }, captured.context, [])).toBe(0);
  expect(jest.mocked(rotateStack).mock.calls.map(([tenant]) => tenant === applied)).toEqual([true]);
  expect(jest.mocked(renewStack).mock.calls.map(([tenant]) => tenant === applied)).toEqual([true]);
});
