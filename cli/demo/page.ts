import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandContext } from "../shared/command";
import { openTenant } from "../shared/tenant";
import { openPage } from "../status/page/write-page";
import { readStatus, unreadable } from "../status/stack-status";
import type { Stage } from "./stage";
import type { StepResult } from "./steps";

/** What `partner-access status --all --html` writes. It stays when the demo has gone: beside what `--keep` leaves, or among temporary files. */
export async function pageStep(
  stack: string,
  stage: Stage,
  context: CommandContext,
  isKept: boolean,
): Promise<StepResult> {
  const there = { ...context, projectDirectory: stage.workspace };
  const page = openPage(join(isKept ? stage.workspace : tmpdir(), "partner-access-demo.html"), [stack], there);
  const status = await openTenant(stack, there)
    .then(readStatus)
    .catch((error: unknown) => unreadable(stack, error));
  return { detail: `open it in a browser: ${await page.write([status])}` };
}
