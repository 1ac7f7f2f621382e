import type { CommandRunner } from "../shared/command";
import type { DemoCommandOptions } from "./declaration";
import { playDemo } from "./play";
import { setStage } from "./stage";

/**
 * `partner-access demo`, in two processes: the first starts the emulator and makes the workspace, the second is a user of it, whose
 * environment holds what the emulator printed (Node reads trusted certificates and proxies only when a process starts).
 */
export const runDemo: CommandRunner<DemoCommandOptions> = (options, context) =>
  context.env["PARTNER_ACCESS_DEMO"] === undefined ? setStage(options, context) : playDemo(options, context);
