import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { renderMetrics } from "../../../cli/status/metrics";
import { hostileTexts } from "../../permissions/report/reports";
import { tenant, usualPage } from "./page/fleet";

const at = new Date("2026-12-01T06:00:00Z");
const linesOf = async (...of: Parameters<typeof renderMetrics>) => (await renderMetrics(...of)).split("\n");

describe("status --openmetrics", () => {
  it("writes times in seconds, problems by code, and what was not read as not well and without times", async () => {
    const { tenants } = usualPage();
    const lines = await linesOf(
      tenants.filter(({ stack }) => ["contoso", "adatum", "woodgrove"].includes(stack)),
      at,
    );
    expect(lines.filter((line) => !line.startsWith("#"))).toEqual([
      'partner_access_stack_well{stack="contoso"} 1',
      'partner_access_stack_well{stack="adatum"} 0',
      'partner_access_stack_well{stack="woodgrove"} 0',
      'partner_access_secret_expiry_remaining_seconds{stack="contoso"} 14234400',
      'partner_access_secret_expiry_remaining_seconds{stack="adatum"} 6717600',
      'partner_access_rotation_due_remaining_seconds{stack="contoso"} 6199200',
      'partner_access_rotation_due_remaining_seconds{stack="adatum"} -1317600',
      'partner_access_sign_in_age_seconds{stack="contoso"} 432000',
      'partner_access_sign_in_age_seconds{stack="adatum"} 5529600',
      'partner_access_problems{stack="adatum",code="overdue"} 1',
      'partner_access_problems{stack="adatum",code="refresh-token-old"} 1',
      'partner_access_problems{stack="woodgrove",code="no-answer"} 1',
      "partner_access_last_check_timestamp_seconds 1796104800",
      "",
    ]);
    expect(lines.at(-2)).toBe("# EOF");
  });

  it("keeps each name inside its label: no line and no label more than expected", async () => {
    const plain = await linesOf([tenant("plain", 3, { problems: [{ code: "plain", message: "", fix: "" }] })], at);
    for (const text of [...Object.values(hostileTexts), 'a"} 1\nevil{x="', "a\\", "a\\n", '\\"', "# EOF"]) {
      const lines = await linesOf([tenant(text, 3, { problems: [{ code: text, message: text, fix: text }] })], at);
      expect(lines).toHaveLength(plain.length);
      const shape =
        /^(?:# (?:HELP|TYPE) \w+ .*|# EOF|\w+(?:\{stack="(?:[^"\\]|\\["\\n])*"(?:,code="[\w.-]+")?\})? -?\d+|)$/;
      expect(lines.filter((line) => !shape.test(line))).toEqual([]);
    }
  });

  it("has each name in the document, and no other", async () => {
    const document = readFileSync(join(resolve(__dirname, "../../.."), "docs/metrics.md"), "utf8");
    const written = (await renderMetrics(usualPage().tenants, at)).match(/(?<=^# TYPE )\w+/gm) ?? [];
    const documented = [...document.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
    expect(documented).toEqual(written);
    for (const name of document.match(/\bpartner_access_\w+/g) ?? []) expect(written).toContain(name);
  });
});
