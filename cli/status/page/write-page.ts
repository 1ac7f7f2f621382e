import { renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readProjectFiles } from "../../../configuration/project-files";
import { readProjectPolicy } from "../../../configuration/read-stack";
import { accessOverview, type StackAccess } from "../../../permissions/overview";
import { declaredManifest } from "../../review/declared";
import type { CommandContext } from "../../shared/command";
import { invalidOption, problemsOf } from "../../shared/document";
import { readStack } from "../../shared/project";
import { readAt } from "../read-at";
import type { StackStatus } from "../stack-status";
import { renderPage } from "./page";
import type { AccessContent, TenantContent } from "./page-content";

/** A page whose file can be written, and whose second view is being read already. */
export interface OpenPage {
  /** Answers where it was written. */
  write(statuses: readonly StackStatus[]): Promise<string>;
}

/** Refuses a file that cannot be, before a single tenant is read. Without stacks (a vault alone) nothing is known of who may do what. */
export function openPage(file: string, stacks: readonly string[] | undefined, context: CommandContext): OpenPage {
  const path = resolve(context.workingDirectory, file);
  demandWritable(path, file);
  const access = stacks === undefined ? undefined : readAccess(stacks, context);
  // Told where it is awaited.
  access?.catch(() => undefined);
  return {
    async write(statuses) {
      const { at, today } = readAt(context);
      const tenants = await Promise.all(statuses.map((status) => tenantContent(status, stacks, context)));
      const page = renderPage({ at, today, tenants, access: await access });
      // Whole or not at all: the page may be open in a browser, or be copied by a server.
      writeFileSync(`${path}.${process.pid}`, page);
      renameSync(`${path}.${process.pid}`, path);
      return path;
    },
  };
}

function demandWritable(path: string, given: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (given !== "" && folder?.isDirectory() && (found === undefined || found.isFile())) return;
  const why = given !== "" && folder?.isDirectory() ? "is not a file" : "is in no folder that exists";
  throw invalidOption(
    `--html must name a file to write, got ${JSON.stringify(given)}, which ${why}`,
    "Name a file such as status.html in a folder that exists.",
  );
}

async function tenantContent(
  status: StackStatus,
  stacks: readonly string[] | undefined,
  context: CommandContext,
): Promise<TenantContent> {
  if (stacks === undefined) return { ...status, domain: null };
  // A file that cannot be read is one of the status's own problems.
  const configuration = await readStack(status.stack, context).catch(() => undefined);
  return { ...status, domain: configuration?.tenant.domain ?? null };
}

/** What each stack of the checkout declares; one that cannot be told keeps no other from it. */
async function readAccess(stacks: readonly string[], context: CommandContext): Promise<AccessContent> {
  const declared = declaredManifest(stacks, context);
  const found: StackAccess[] = [];
  const unreadable: AccessContent["unreadable"][number][] = [];
  for (const stack of stacks) {
    try {
      found.push({ stack, manifest: await declared(stack) });
    } catch (error) {
      unreadable.push({ stack, problems: problemsOf(error) });
    }
  }
  const { apis } = readProjectPolicy(readProjectFiles(context.projectDirectory));
  return { overview: accessOverview(found, { apis }), unreadable };
}
