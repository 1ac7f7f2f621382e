import { createHash } from "node:crypto";
import fc from "fast-check";
import { renderPage } from "../../../../cli/status/page/page";
import type { PageContent } from "../../../../cli/status/page/page-content";
import { accessOverview } from "../../../../permissions/overview";
import { hostileText } from "../../../permissions/manifest/generators";
import { hostileTexts, manifestOf } from "../../../permissions/report/reports";
import { accessOf, largePage, tenant, today, usualPage } from "./fleet";
import { attribute, type Element, elementsOf, skeletonOf, textOf } from "./parsed-page";

const usual = renderPage(usualPage());
const withClass = (page: string, name: string) =>
  elementsOf(page).filter((element) => attribute(element, "class")?.split(" ").includes(name));
const lines = (page: string, name: string) => withClass(page, name).map((it) => textOf(it).replace(/\s+/g, " ").trim());

describe("the status page", () => {
  it("begins with what needs attention, most urgent first, each with its command", () => {
    expect(lines(usual, "card").slice(0, 4)).toEqual([
      expect.stringMatching(
        /^litware ✖ broken now the service principal .* stoppedWhen the cause of the stop is resolved: npm run .*-- resume -s litware$/,
      ),
      "woodgrove ? could not be read Key Vault did not answer within 20 seconds (list versions) no-answer",
      expect.stringMatching(/^adatum ▲ needs attention .*-- rotate -s adatum.*-- sign-in -s adatum$/),
      expect.stringMatching(/^tailspin ▲ needs attention tailspin was never deployed: .*-- up -s tailspin$/),
    ]);
    expect(lines(usual, "tiles")).toEqual(["1 ✖ broken now1 ? could not be read2 ▲ needs attention3 ✓ well"]);
    expect(usual).toContain("<title>(4) Partner access: needs attention</title>");
  });

  it("says so where nothing needs attention, and names the rotations of the next two weeks", () => {
    const well: PageContent = { ...usualPage(), tenants: [tenant("contoso", 72), tenant("fabrikam", 12)] };
    const page = renderPage(well);
    expect(lines(page, "all-well")).toEqual(["✓ Nothing. Every tenant was read and is well."]);
    expect(lines(page, "coming")).toEqual(["contoso 13 Dec 2026 in 12 days"]);
  });

  it("never counts a tenant that could not be read as well, whatever its problem", () => {
    const codes = ["no-answer", "unexpected", "a-code-of-tomorrow"];
    const { published, previous, nextRotation, refreshToken, value } = { ...usualPage().tenants[5]! };
    const read = { published, previous, nextRotation, refreshToken, value };
    const tenants = codes.map((code) => tenant(code, 0, { ...read, problems: [{ code, message: "x", fix: "" }] }));
    const silent = tenant("silent", 0, { ...read, ok: false, problems: [] });
    const page = renderPage({ ...usualPage(), tenants: [...tenants, silent] });
    expect(lines(page, "badge").filter((text) => text === "? could not be read")).toHaveLength(8);
    expect(lines(page, "tiles")).toEqual(["4 ? could not be read0 ✓ well"]);
  });

  it("has a row for each tenant with both lifetimes, the overlap, today, the next rotation and the sign-in", () => {
    const rows = elementsOf(usual).filter((element) => attribute(element, "id")?.startsWith("tenant-"));
    expect(rows.map((row) => attribute(row, "id"))).toHaveLength(7);
    const fabrikam = rows.find((row) => attribute(row, "id") === "tenant-fabrikam")!;
    const text = textOf(fabrikam).replace(/\s+/g, " ").trim();
    expect(text).toBe(
      "fabrikamfabrikam.example ✓ well generation 4 expires 24 May 2027 in 6 monthsgeneration 3 is kept until 5 Dec 2026 " +
        "in 4 days 20 Feb 2027 in 3 months 28 Nov 2026 3 days old none",
    );
    const page = renderPage({ ...usualPage(), tenants: [usualPage().tenants[1]!] });
    const picture = withClass(page, "bar")[0]!;
    expect(attribute(picture, "aria-label")).toBe(
      "Current secret from 25 Nov 2026 to 24 May 2027, previous one from 30 Aug 2026 to 26 Feb 2027, next rotation 20 Feb 2027",
    );
    // 30 August to 24 May, with five days beside: 277 days.
    expect(picture.childNodes.map((it) => ("attrs" in it ? it.attrs.map(({ value }) => value).join(" ") : ""))).toEqual(
      [
        "overlap 34.3% 2.5% 0 24",
        "current 33.2% 65% 3 10",
        "previous 1.8% 65% 16 6",
        "next 64.6% 64.6% 24",
        "today 35.4% 35.4% 24",
      ],
    );
  });

  it("shows the last receipt where a folder of receipts was read", () => {
    const receipt = {
      command: "rotate",
      outcome: "rotated",
      ok: true,
      at: new Date("2026-11-28T03:00:00Z"),
      actor: "ci",
    };
    const tenants = [tenant("contoso", 3, { receipt }), tenant("fabrikam", 3, { receipt: null })];
    const page = renderPage({ ...usualPage(), tenants });
    expect(page).toContain("Last receipt</th>");
    const cells = elementsOf(page).filter((element) => attribute(element, "data-label") === "Last receipt");
    expect(cells.map((cell) => textOf(cell).trim())).toEqual(["rotate: rotated 28 Nov 2026 3 days ago by ci", "none"]);
    expect(usual).not.toContain("Last receipt");
  });

  it("says who may do what, by permission and reader, highest risk first, and what could not be read", () => {
    const access = withClass(usual, "access").map((table) => textOf(table).replace(/\s+/g, " "));
    expect(access[0]).toMatch(
      /critical Directory.ReadWrite.All Microsoft Graph, delegatedeveryone who signs inLets .* 1 tenantadatum/,
    );
    expect(access[0]).toMatch(
      /high user_impersonation .*delegatedthe reporting user of each tenantLets .* 5 tenantscontoso reports@contoso.example/,
    );
    expect(access[1]).toMatch(/high report-builder .*client-secret: Key Vault Secrets User/);
    expect(lines(usual, "card").at(-1)).toMatch(/^\? Could not be read, and missing belowtailspin/);
    expect(renderPage({ ...usualPage(), access: undefined })).toContain("A vault alone does not say it.");
  });

  it("allows its own style and script by their hashes, and loads, sends and runs nothing else", () => {
    const elements = elementsOf(usual);
    const policy = elements.map((it) => attribute(it, "http-equiv") && attribute(it, "content")).find(Boolean);
    const hash = (tag: string) => {
      const [only, another] = elements.filter(({ tagName }) => tagName === tag);
      expect(another).toBeUndefined();
      return `'sha256-${createHash("sha256").update(textOf(only!)).digest("base64")}'`;
    };
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash("style")}; script-src ${hash("script")}; base-uri 'none'; form-action 'none'`,
    );
    const attributes = elements.flatMap(({ attrs }) => attrs);
    expect(attributes.filter(({ name }) => /^(on.*|style|src|srcset|action|srcdoc|background)$/.test(name))).toEqual(
      [],
    );
    const targets = attributes.filter(({ name }) => /href$/.test(name)).map(({ value }) => value);
    expect(targets.filter((value) => !value.startsWith("#"))).toEqual([]);
  });

  it("leads from each link to an element of the page", () => {
    const elements = elementsOf(usual);
    const ids = new Set(elements.map((it) => attribute(it, "id")).filter((id) => id !== undefined));
    const links = elements.map((it) => attribute(it, "href")).filter((href) => href !== undefined);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((href) => !ids.has(href.slice(1)))).toEqual([]);
  });

  it("stays below 3 MB with 1,000 tenants, and names in the attention only what a person can read", () => {
    const page = renderPage(largePage(1000));
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
    expect(lines(page, "card")).toHaveLength(20);
    expect(page).toContain("And 180 more tenants:");
  });
});

/** The page with one text wherever somebody else's text can stand. */
function pageAround(text: string): string {
  const problems = [{ code: text, message: text, fix: `Do this: ${text}` }];
  const receipt = { command: text, outcome: text, ok: false, at: new Date("2026-11-28T03:00:00Z"), actor: text };
  const manifest = manifestOf({ displayName: text, redirectUris: ["http://x"], owners: ["someone"] });
  const [grant, access] = [manifest.granted[0]!, manifest.vaultAccess[0]!];
  const hostile = {
    ...manifest,
    granted: [
      { ...grant, application: text, api: text, permission: text, consent: { for: "user" as const, user: text } },
    ],
    vaultAccess: [
      { ...access, vault: text, entry: text, name: text, principal: text, principalType: text, condition: text },
    ],
    unrecognised: [{ type: text, name: text, properties: [{ property: text, value: text }], why: text }],
  };
  return renderPage({
    at: new Date(`${today}T08:30:00Z`),
    today,
    tenants: [
      tenant(text, 3, { domain: text, problems, receipt }),
      { ...tenant("other", 3), domain: text, receipt: null },
    ],
    access: {
      overview: accessOverview([{ stack: text, manifest: hostile }]),
      unreadable: [{ stack: text, problems }],
    },
  });
}

describe("a text from outside", () => {
  const fixed = Object.values(hostileTexts);
  const more = [
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</script><script>alert(1)</script>",
    "</style>",
    "&lt;b&gt;",
    "]]>",
    "<!--",
    "{{7*7}}",
    "tenant-x",
    "%",
    "%00",
    "a b",
  ];
  const names = [...fixed, ...more, ...fc.sample(hostileText, { seed: 5, numRuns: 190 })];
  // Sorted: equal risks stand in the order of their texts.
  const partsOf = (elements: readonly Element[]) => [...skeletonOf(elements)].sort();

  it("adds no element and no attribute wherever it stands, and shows spelled out what cannot be seen", () => {
    const plain = partsOf(elementsOf(pageAround("plain")));
    expect(names.length).toBeGreaterThan(200);
    for (const name of names) {
      const elements = elementsOf(pageAround(name));
      expect([name, partsOf(elements)]).toEqual([name, plain]);
      const outside = elements.filter(({ tagName }) => tagName === "bdi");
      const unseen = outside.map(textOf).filter((text) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text));
      expect([name, unseen]).toEqual([name, []]);
    }
    expect(pageAround("a\u202eb")).toContain("<bdi>a\\u{202e}b</bdi>");
  });

  it("reaches the command that is copied as the word that a shell reads", () => {
    const problems = [{ code: "x", message: "x", fix: "Rotate now: npm run partner-access -- rotate -s 'a & <b>'" }];
    const page = renderPage({ ...usualPage(), tenants: [tenant("x", 1, { problems })] });
    expect([...new Set(lines(page, "command"))]).toEqual(["npm run partner-access -- rotate -s 'a & <b>'"]);
  });
});

it("counts a permission apart for each that it acts for", () => {
  const { permissions } = accessOf(["contoso", "fabrikam", "adatum"]).overview;
  expect(permissions.map(({ title, risk, holder, tenants }) => [title, risk, holder, tenants.length])).toEqual([
    ["Directory.ReadWrite.All", "critical", "everyone who signs in", 1],
    ["user_impersonation", "high", "the reporting user of each tenant", 2],
    ["user_impersonation", "high", "nobody: requested, not granted", 1],
    ["User.Read", "medium", "everyone who signs in", 1],
  ]);
});
