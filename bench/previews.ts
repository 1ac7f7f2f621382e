import { execFileSync } from "node:child_process";
import { type EmulatorProcess, startEmulatorProcess } from "../cli/shared/emulator-process";
import { currentContext } from "../cli/shared/wiring";
import { createStacks } from "../clients/pulumi/stacks";

/** A stack, and the tenant its file names. */
export interface BenchStack {
  readonly stack: string;
  readonly tenantId: string;
  readonly domain: string;
}

/** Seconds of one `pulumi preview` of each of these stacks, which were never deployed: what a review would cost with the engine. */
export async function previewSeconds(directory: string, stacks: readonly BenchStack[]): Promise<readonly number[]> {
  const { env } = currentContext();
  const emulator = await startEmulatorProcess({
    env,
    onProgress: () => undefined,
    endsWithParent: true,
  });
  try {
    const seconds: number[] = [];
    for (const { stack, tenantId, domain } of stacks) {
      const deployer = addTenant(emulator, { id: tenantId, domain });
      const signIn = { ARM_TENANT_ID: tenantId, ARM_CLIENT_ID: deployer };
      const engine = createStacks({
        pulumi: emulator.line.pulumi,
        projectDirectory: directory,
        env: { PATH: env["PATH"], HOME: env["HOME"], ...emulator.line.env, ...signIn },
      });
      await engine.init(stack);
      const run = await engine.preview(stack);
      if (!run.ok) throw new Error(run.diagnostics.map(({ message }) => message).join("\n"));
      process.stderr.write(`pulumi preview -s ${stack}: ${run.seconds.toFixed(2)} s\n`);
      seconds.push(run.seconds);
    }
    return seconds;
  } finally {
    await emulator.stop();
  }
}

/** A tenant of the emulator's, and the client id of its deployer. In a process that knows the emulator's certificate authority. */
function addTenant({ line }: EmulatorProcess, tenant: { readonly id: string; readonly domain: string }): string {
  const script = `
    fetch("${line.origin}/_emulator/tenants", { method: "POST", body: process.argv[1] })
      .then((answer) => answer.json()).then(({ deployer }) => process.stdout.write(deployer.clientId));`;
  const env = { ...currentContext().env, ...line.env };
  return execFileSync(process.execPath, ["-e", script, JSON.stringify(tenant)], { env, encoding: "utf8" });
}
