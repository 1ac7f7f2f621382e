import type { CommandRunner } from "../shared/command";
import { operationIn } from "./operate";

/** `partner-access ci operate`: the one command that a person chose, on one stack. */
export const runOperate: CommandRunner<object> = async (_options, { env, runCommand }) => runCommand(operationIn(env));
