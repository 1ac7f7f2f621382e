import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Compares a text with its approved file under tests/golden. `npm run golden:approve` writes the files anew; the difference is then
 * reviewed like code.
 */
export function expectGolden(name: string, text: string): void {
  const file = resolve(__dirname, "../golden", name);
  if (process.env["GOLDEN"] === "approve") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (!existsSync(file))
    throw new Error(`No approved text tests/golden/${name}. Run "npm run golden:approve" and review it.`);
  expect(text).toBe(readFileSync(file, "utf8"));
}
