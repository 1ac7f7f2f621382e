import { judgeValue, notChecked } from "../../rotation/value-check";

const refused = (code: string | undefined) => ({ code, message: `Entra said ${code}` });

describe("the judgement of a published value", () => {
  it("is good news only where Entra issued a token for it", () => {
    expect(judgeValue("text", undefined).result).toBe("accepted");
    expect(notChecked("no right")).toEqual({ result: "not-checked", detail: "not checked: no right" });
  });

  it("is a refusal where Entra does not know the secret or it has expired", () => {
    for (const code of ["AADSTS7000215", "AADSTS7000222"]) {
      expect(judgeValue("text", refused(code))).toEqual({
        result: "refused",
        detail: `Entra refuses the published value (${code}): consumers cannot get tokens`,
      });
    }
  });

  it.each(["text\n", "text\r\n", " text", "text "])("names white space around %j, and never the value", (value) => {
    const { detail } = judgeValue(value, refused("AADSTS7000215"));
    expect(detail).toContain("begins or ends with white space");
    expect(detail).not.toContain("text");
  });

  it.each(["AADSTS7000112", "AADSTS700016", "AADSTS53003", "ECONNREFUSED", undefined])(
    "says nothing about the value where Entra refuses for %s",
    (code) => {
      expect(judgeValue("text", refused(code))).toEqual(notChecked(`Entra said ${code}`));
    },
  );
});
