import { Steps } from "../../../cli/demo/steps";
import { captureContext } from "../../support/captured-context";

describe("a step of the demo that fails", () => {
  it("keeps every line of its error for the document, and one for the step", async () => {
    const { context, stdout, stderr } = captureContext();
    const steps = new Steps(context, context.stdout);
    await steps.run("pulumi up", async () => {
      throw new Error("Nothing was changed:\n - vault.name: there is no vault\n - tenant.domain: unknown");
    });
    expect(steps.failures).toEqual([
      {
        name: "pulumi up",
        message: "Nothing was changed:\n - vault.name: there is no vault\n - tenant.domain: unknown",
      },
    ]);
    expect(steps.all).toMatchObject([{ name: "pulumi up", ok: false, detail: "Nothing was changed:" }]);
    expect(stdout()).toContain(" - tenant.domain: unknown");
    expect(stderr()).toBe("… pulumi up\n");
    await steps.run("never", async () => ({ detail: "not run" }));
    expect(steps.all).toHaveLength(1);
  });
});
