import { type Fault, FaultPlan, faultSchema } from "../../../../offline/emulator/http/faults";
import { globToRegExp } from "../../../../offline/emulator/http/glob";

const call = { service: "graph", method: "POST", path: "/v1.0/applications/1/addPassword" } as const;

/** Which of the first calls a plan strikes, by number. */
function struck(fault: Omit<Fault, "when" | "action">, calls = 8): number[] {
  const plan = new FaultPlan();
  plan.set([{ ...fault, when: "before", action: "reset" }]);
  return Array.from({ length: calls }, (_, index) => index + 1).filter(
    () => plan.meet(call).take("before") !== undefined,
  );
}

describe("a fault plan", () => {
  it("strikes every matching call without further words", () => {
    expect(struck({}, 3)).toEqual([1, 2, 3]);
  });

  it("strikes the n-th matching call alone, or as many from it on as asked", () => {
    expect(struck({ nth: 3 })).toEqual([3]);
    expect(struck({ nth: 3, times: 2 })).toEqual([3, 4]);
    expect(struck({ times: 2 })).toEqual([1, 2]);
  });

  it("draws the same lots for the same seed, and others for another", () => {
    const first = struck({ probability: 0.5, seed: 7 }, 64);
    expect(struck({ probability: 0.5, seed: 7 }, 64)).toEqual(first);
    expect(struck({ probability: 0.5, seed: 8 }, 64)).not.toEqual(first);
    expect(first.length).toBeGreaterThan(16);
    expect(first.length).toBeLessThan(48);
    expect(struck({ probability: 0 })).toEqual([]);
    expect(struck({ probability: 1, nth: 2, times: 2 })).toEqual([2, 3]);
  });

  it("matches by service, method and path", () => {
    expect(struck({ service: "arm" })).toEqual([]);
    expect(struck({ service: "graph", method: "post" }, 1)).toEqual([1]);
    expect(struck({ method: "GET" })).toEqual([]);
    expect(struck({ path: "/v1.0/applications/*/addPassword" }, 1)).toEqual([1]);
    expect(struck({ path: "/v1.0/servicePrincipals/**" })).toEqual([]);
  });

  it("counts only matching calls", () => {
    const plan = new FaultPlan();
    plan.set([{ method: "POST", nth: 2, when: "after", action: "reset" }]);
    expect(plan.meet(call).take("after")).toBeUndefined();
    expect(plan.meet({ ...call, method: "GET" }).take("after")).toBeUndefined();
    expect(plan.meet(call).take("after")).toBeDefined();
  });

  it("does not spend a later fault on a call that an earlier one struck first", () => {
    const plan = new FaultPlan();
    plan.set([
      { times: 1, when: "before", action: "reset" },
      { times: 1, when: "before", action: "hang" },
    ]);
    const actions = [1, 2, 3].map(() => plan.meet(call).take("before")?.action);
    expect(actions).toEqual(["reset", "hang", undefined]);
  });

  it("begins to count anew when it is replaced", () => {
    const plan = new FaultPlan();
    const fault: Fault = { nth: 1, when: "before", action: "reset" };
    plan.set([fault]);
    plan.meet(call).take("before");
    expect(plan.meet(call).take("before")).toBeUndefined();
    plan.set([fault]);
    expect(plan.meet(call).take("before")).toEqual(fault);
  });
});

describe("a path pattern", () => {
  it.each([
    ["/v1.0/applications/*", "/v1.0/applications/1", true],
    ["/v1.0/applications/*", "/v1.0/applications/1/addPassword", false],
    ["/v1.0/applications/**", "/v1.0/applications/1/addPassword", true],
    ["/v1.0/**/addPassword", "/v1.0/applications/1/addPassword", true],
    ["/v1.0/**/applications", "/v1.0/applications", true],
    ["addPassword", "/v1.0/applications/1/addPassword", true],
    ["*/addPassword", "/v1.0/applications/1/addPassword", true],
    ["password", "/v1.0/applications/1/addPassword", false],
    ["/secrets/{a,b}?", "/secrets/b1", true],
    ["/secrets/{a,b}?", "/secrets/c1", false],
    ["/resourceGroups/*", "/resourcegroups/x", true],
    ["/applications(appId='*')", "/applications(appId='1')", true],
    ["/v1.0/x", "/v1a0/x", false],
  ])("%s on %s: %p", (glob, path, expected) => {
    expect(globToRegExp(glob).test(path)).toBe(expected);
  });
});

describe("a fault as it is sent", () => {
  it.each([
    [{ when: "before", action: "status" }, "status"],
    [{ when: "before", action: "hang", status: 500 }, "status"],
    [{ when: "before", action: "reset", body: {} }, "body"],
    [{ when: "before", action: "status", status: 500, seed: 1 }, "seed"],
    [{ when: "during", action: "reset" }, "when"],
    [{ when: "before", action: "reset", nth: 0 }, "nth"],
    [{ when: "before", action: "reset", service: "exchange" }, "service"],
  ])("is refused when it makes no sense: %j", (fault, field) => {
    const parsed = faultSchema.safeParse(fault);
    expect(parsed.error?.issues.map(({ path }) => path.join("."))).toEqual([field]);
  });
});
