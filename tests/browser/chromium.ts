import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { UserAgent } from "../cli/sign-in/user-agent";

/** Chromium on PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A real browser, without a window. */
export async function startBrowser(executablePath: string): Promise<UserAgent & { stop(): Promise<void> }> {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return {
    async signIn(url, { password, code, userName }) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(url);
      if (userName !== undefined) await page.fill('input[name="login"]', userName);
      await page.fill('input[name="passwd"]', password);
      await page.click("#submit");
      if (code !== undefined) {
        await page.fill('input[name="otc"]', code);
        await page.click("#submit");
      }
      await page.waitForSelector("#done, #failed");
      const last = { title: (await page.textContent("h1")) ?? "", text: (await page.textContent("p")) ?? "" };
      await context.close();
      return last;
    },
    stop: () => browser.close(),
  };
}
