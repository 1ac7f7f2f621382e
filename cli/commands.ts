import { approvedCommand } from "./approved/declaration";
import { catalogCommand } from "./catalog/declaration";
import { ciCommands } from "./ci/declaration";
import { commentCommand } from "./comment/declaration";
import { credentialsCommand } from "./credentials/declaration";
import { demoCommand } from "./demo/declaration";
import { diffCommand } from "./diff/declaration";
import { driftCommand } from "./drift/declaration";
import { driftIssueCommand } from "./drift-issue/declaration";
import { emulatorCommand } from "./emulator/declaration";
import { initCommand } from "./init/declaration";
import { insightsCommand } from "./insights/declaration";
import { deployerCommand, newCommand } from "./onboard/declaration";
import { preflightCommand } from "./preflight/declaration";
import { recoverCommand } from "./recover/declaration";
import { rolesCommand } from "./roles/declaration";
import { rotateCommand } from "./rotate/declaration";
import type { CommandDeclaration } from "./shared/command";
import { signInCommand } from "./sign-in/declaration";
import { stacksCommand } from "./stacks/declaration";
import { statusCommand } from "./status/declaration";
import { resumeCommand, stopCommand } from "./stop/declaration";
import { tokenCommand } from "./token/declaration";
import { upCommand } from "./up/declaration";
import { verifyCommand } from "./verify/declaration";

/** Every command, in the order in which they are met: try, onboard, operate. */
export const commands: readonly CommandDeclaration[] = [
  demoCommand,
  emulatorCommand,
  initCommand,
  newCommand,
  deployerCommand,
  preflightCommand,
  signInCommand,
  rolesCommand,
  insightsCommand,
  diffCommand,
  upCommand,
  rotateCommand,
  tokenCommand,
  verifyCommand,
  statusCommand,
  credentialsCommand,
  recoverCommand,
  stopCommand,
  resumeCommand,
  driftCommand,
  catalogCommand,
  commentCommand,
  approvedCommand,
  driftIssueCommand,
  stacksCommand,
  ...ciCommands,
];

/** What the help says of commands that share their first word. */
export const commandGroups: Readonly<Record<string, string>> = {
  ci: "what workflows and pipelines run, so that a project holds no code of ours",
};
