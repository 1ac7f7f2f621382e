import { namedSignInProblems, soloSignInProblems } from "../../../clients/entra/who-acts";

const secret = { ARM_CLIENT_ID: "client", ARM_CLIENT_SECRET: "s3cret" };

describe("a solo stack", () => {
  it("is run by the person who is signed in to the Azure CLI", () => {
    expect(soloSignInProblems({})).toEqual([]);
    expect(soloSignInProblems({ CI: "", TF_BUILD: "false", ARM_CLIENT_ID: " " })).toEqual([]);
  });

  it.each(["CI", "TF_BUILD"])("is refused where %s says that a pipeline runs it", (name) => {
    expect(soloSignInProblems({ [name]: "True" })).toEqual([
      `${name} is set, so this is a pipeline, and a stack with solo: true acts as a person: run it on that person's machine, or give the stack identities of its own and remove solo`,
    ]);
  });

  it.each([
    [secret, "secret"],
    [{ ARM_USE_MSI: "true" }, "managed-identity"],
    [{ ARM_CLIENT_ID: "client" }, "ARM_CLIENT_ID"],
  ])("is refused beside another identity: %j", (env, named) => {
    const problems = soloSignInProblems(env);
    expect(problems).toEqual([expect.stringContaining(`asks for another one (${named}): unset ARM_CLIENT_ID`)]);
    expect(problems.join()).not.toContain("s3cret");
  });
});

describe("any other stack", () => {
  it("needs an identity that the environment names", () => {
    expect(namedSignInProblems(secret)).toEqual([]);
    expect(namedSignInProblems({ ARM_USE_MSI: "1" })).toEqual([]);
    // What is asked for and cannot be had is said by the sign-in itself.
    expect(namedSignInProblems({ ARM_USE_OIDC: "true" })).toEqual([]);
    expect(namedSignInProblems({})).toEqual([expect.stringContaining("the Azure CLI's sign-in would act")]);
  });
});
