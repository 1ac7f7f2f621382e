import { CredentialUnavailableError } from "@azure/identity";
import { cliCredential } from "../../../clients/entra/cli-credential";

const tenant = "11111111-1111-4111-8111-111111111111";
const minutes = (count: number) => Date.now() + count * 60_000;

/** An Azure CLI that answers each question in turn. */
function answering(...answers: (Error | number)[]) {
  const asked: string[] = [];
  const cli = {
    async getToken(scopes: string | string[]) {
      asked.push(String(scopes));
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return { token: `token ${asked.length}`, expiresOnTimestamp: answer ?? 0 };
    },
  };
  return { asked, credential: cliCredential(tenant, cli) };
}

describe("the sign-in of the Azure CLI", () => {
  it("is asked once for each service until its token is nearly over", async () => {
    const { asked, credential } = answering(minutes(60), minutes(4), minutes(60));
    const tokens = [];
    for (const scope of ["a/.default", "a/.default", "b/.default", "b/.default"]) {
      tokens.push((await credential.getToken(scope))?.token);
    }
    expect(tokens).toEqual(["token 1", "token 1", "token 2", "token 3"]);
    expect(asked).toEqual(["a/.default", "b/.default", "b/.default"]);
  });

  it("is one program at a time, whoever asks, also after a failure", async () => {
    let [running, most] = [0, 0];
    const cli = (fails: boolean) => ({
      async getToken() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((next) => setImmediate(next));
        running -= 1;
        if (fails) throw new Error("once");
        return { token: "token", expiresOnTimestamp: minutes(60) };
      },
    });
    const asked = [true, false, false].map((fails) => cliCredential(tenant, cli(fails)).getToken("a/.default"));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect(most).toBe(1);
  });

  it("says in one sentence which sign-in is missing, without the words of the CLI", async () => {
    const said = "AADSTS50076: more is needed, Trace ID: t, az login --scope x";
    const { credential } = answering(new CredentialUnavailableError(said));
    await expect(credential.getToken("a/.default")).rejects.toMatchObject({
      code: "sign-in-settings",
      problems: [
        `the Azure CLI gives no token of tenant ${tenant} (AADSTS50076): sign in with az login --tenant ${tenant} --allow-no-subscriptions`,
      ],
    });
  });

  it("says where there is no Azure CLI", async () => {
    const { credential } = answering(new CredentialUnavailableError("Azure CLI could not be found. Please visit …"));
    await expect(credential.getToken("a/.default")).rejects.toThrow("the Azure CLI (az) is not on PATH");
  });
});
