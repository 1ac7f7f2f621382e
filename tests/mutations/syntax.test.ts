import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { mutations } from "./mutations";

type Target = Pick<(typeof mutations)[number], "file" | "within" | "find" | "replace">;
const { mutate } = jest.requireActual<{ mutate(text: string, mutation: Target): string }>("./syntax.js");

const mutated = (text: string, find: string, replace = "X", within = "f") =>
  mutate(text, { file: "a.ts", within, find, replace });

describe("a mutation", () => {
  it.each(mutations)("is still there to be made: $name", (mutation) => {
    const text = readFileSync(join(resolve(__dirname, "../.."), mutation.file), "utf8");
    expect(mutate(text, mutation)).not.toBe(text);
  });

  it("finds its place however that is laid out and commented", () => {
    const text = "function f() {\n  return call(\n    // why\n    { a: 1, b },\n  );\n}\n";
    expect(mutated(text, "call({ a: 1, b })")).toBe("function f() {\n  return X;\n}\n");
  });

  it("stays inside the function, method or constant that it names", () => {
    const text = "const g = () => a > 0; class C { f() { return a > 0; } }";
    expect(mutated(text, "a > 0")).toBe("const g = () => a > 0; class C { f() { return X; } }");
    expect(mutated(text, "a > 0", "X", "g")).toBe("const g = () => X; class C { f() { return a > 0; } }");
  });

  it("takes statements too, and _ for whatever stands there", () => {
    expect(mutated("function f() { if (a) throw g(1, 2); }", "if (a) throw _;", "return;")).toBe(
      "function f() { return; }",
    );
    expect(mutated("function f() { return a ? b(c) : d; }", "a ? _ : d")).toBe("function f() { return X; }");
  });

  it.each([
    ["another operator", "a < 0"],
    ["another name", "b > 0"],
    ["another value", "a > 1"],
    ["two places", "c"],
  ])("does not apply to %s", (_, find) => {
    expect(() => mutated("function f() { return a > 0 && c && c; }", find)).toThrow("does not apply");
  });
});
