import { signatureProblems } from "./signatures";

it.each([
  ["function f(a: string, b: string, c: string, d: string, e: string) {}", "f.ts:1 has 5 parameters"],
  ["interface I {\n  f(a: string, b: string, c: string, d: string, e: string): void;\n}", "f.ts:2 has 5 parameters"],
  ["function f(a: boolean, b: boolean) {}", "f.ts:1 takes two booleans in a row"],
  ["const f = (a: string, b = true, c?: boolean) => a;", "f.ts:1 takes two booleans in a row"],
  ["type F = (a: boolean | undefined, b: boolean) => void;", "f.ts:1 takes two booleans in a row"],
  ["f(1, true, false);", "f.ts:1 passes two booleans in a row"],
  ["new F(a === b, !c);", "f.ts:1 passes two booleans in a row"],
])("finds what is wrong with %s", (text, problem) => {
  expect(signatureProblems("f.ts", text)).toEqual([problem]);
});

it.each([
  "function f(a: string, b: string, c: string, d: string) {}",
  "function f(a: boolean, b: string, c: boolean) {}",
  "f(true, 1, false);",
  "f({ a: true, b: false });",
])("accepts %s", (text) => {
  expect(signatureProblems("f.ts", text)).toEqual([]);
});
