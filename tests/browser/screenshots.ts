import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium";

/** The pictures of docs/, from a page that the program wrote: `node -r ./bin/transpile.js tests/browser/screenshots.ts PAGE.html`. */
const pictures = [
  { name: "status-page.png", place: "", width: 1200, height: 900, scale: 0.75, colorScheme: "light" },
  { name: "status-page-phone.png", place: "#attention", width: 380, height: 660, scale: 1, colorScheme: "dark" },
] as const;

async function takePictures(file: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: findChromium() ?? "chromium", args: ["--no-sandbox"] });
  for (const { name, place, colorScheme, scale, ...viewport } of pictures) {
    const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: scale });
    const page = await context.newPage();
    await page.goto(`${pathToFileURL(resolve(file)).href}${place}`);
    await page.screenshot({ path: join(__dirname, "../../docs", name) });
    await context.close();
  }
  await browser.close();
}

void takePictures(process.argv[2] ?? "");
