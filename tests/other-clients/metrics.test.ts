import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderMetrics } from "../../cli/status/metrics";
import { tenant, usualPage } from "../cli/status/page/fleet";
import { hostileTexts } from "../permissions/report/reports";
import { isThere, Tool } from "./tool";

const command = process.env["PYTHON"] ?? "python3";
const hint = "Name a Python in PYTHON that has prometheus_client.";
const isHere = isThere(command, ["-c", "import prometheus_client"], hint);

type Family = readonly [name: string, type: string, samples: readonly (readonly [string, object, number])[]];

(isHere ? describe : describe.skip)("Prometheus' own parser", () => {
  const python = new Tool(command, {});
  afterAll(() => python.remove());
  const parsed = async (tenants: Parameters<typeof renderMetrics>[0]): Promise<readonly Family[]> => {
    const file = join(python.home, "metrics.txt");
    writeFileSync(file, await renderMetrics(tenants, new Date("2026-12-01T06:00:00Z")));
    return JSON.parse(await python.run(join(__dirname, "python", "metrics.py"), file));
  };

  it("reads every metric as a gauge, with its labels and values", async () => {
    const families = await parsed(usualPage().tenants);
    expect(families.map(([name, type, samples]) => [name, type, samples.length])).toEqual([
      ["partner_access_stack_well", "gauge", 7],
      ["partner_access_secret_expiry_remaining_seconds", "gauge", 5],
      ["partner_access_rotation_due_remaining_seconds", "gauge", 5],
      ["partner_access_sign_in_age_seconds", "gauge", 4],
      ["partner_access_problems", "gauge", 5],
      ["partner_access_last_check_timestamp_seconds", "gauge", 1],
    ]);
    expect(families[4]?.[2][0]).toEqual(["partner_access_problems", { stack: "adatum", code: "overdue" }, 1]);
  });

  it("reads one stack and one problem where a hostile name stands in both", async () => {
    for (const text of [...Object.values(hostileTexts), 'a"} 1\nevil{x="', "a\\", '\\"', "# EOF"]) {
      const families = await parsed([tenant(text, 3, { problems: [{ code: text, message: text, fix: text }] })]);
      expect(families.map(([, , samples]) => samples.length)).toEqual([1, 1, 1, 1, 1, 1]);
      expect(Object.keys(families[4]?.[2][0]?.[1] ?? {})).toEqual(["stack", "code"]);
    }
  });
});
