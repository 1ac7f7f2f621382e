import { armResource } from "../../../../offline/providers/azure-native/arm-resource";
import { secret, secretDescription } from "../../../../offline/providers/azure-native/secret";
import { make } from "../support/contexts";
import { calls, context, emulator, inputs, summary } from "./stand-in";

describe("a standard resource", () => {
  it("reads again after it was made, unlike a vault's secret", async () => {
    await make(armResource(secretDescription), inputs, context);
    expect(summary().map((one) => one.split(" ")[0])).toEqual(["GET", "PUT", "GET"]);
  });
});

describe("reading what is gone", () => {
  const faulty = async (code: string | undefined) => {
    const made = await make(secret, inputs, context);
    const body = code === undefined ? "<html>a proxy's page</html>" : { error: { code, message: "m" } };
    await emulator.control("POST", "faults", [
      { service: "arm", method: "GET", when: "before", action: "status", status: 404, body },
    ]);
    return secret.read(made.id, made, context);
  };

  it.each(["NotFound", "ResourceNotFound", "ParentResourceNotFound"])(
    "takes the code %s for an answer",
    async (code) => {
      expect(await faulty(code)).toBeUndefined();
    },
  );

  it.each(["SecretNotFound", undefined])(
    "takes a 404 with the code %s for a failure, as the real plugin has since 3.11",
    async (code) => {
      await expect(faulty(code)).rejects.toThrow("Status=404");
    },
  );
});

describe("repeating refused calls", () => {
  it("goes on three times after what is temporary, and tells the last answer", async () => {
    await emulator.control("POST", "faults", [
      { service: "arm", method: "PUT", times: 3, when: "before", action: "status", status: 503 },
    ]);
    await expect(make(secret, inputs, context)).resolves.toBeDefined();
    emulator.reset();
    await emulator.control("POST", "faults", [
      {
        service: "arm",
        method: "PUT",
        when: "before",
        action: "status",
        status: 503,
        body: { error: { code: "Busy", message: "later" } },
      },
    ]);
    calls.length = 0;
    await expect(make(secret, inputs, context)).rejects.toThrow('Status=503 Code="Busy" Message="later"');
    expect(summary().filter((one) => one.startsWith("PUT"))).toHaveLength(4);
  });

  it("goes on after a broken connection", async () => {
    await emulator.control("POST", "faults", [
      { service: "arm", method: "PUT", times: 1, when: "before", action: "reset" },
    ]);
    await expect(make(secret, inputs, context)).resolves.toBeDefined();
  });
});
