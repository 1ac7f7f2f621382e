import { declareCommand, type OptionsOf } from "../shared/command";
import { parsed, text } from "../shared/options";
import { readPart } from "./apply-list";

const applyListOptions = {
  part: parsed(text("--part <number>", "which part of more than 256 stacks; default: 1"), readPart),
  azureStacks: text("--azure-stacks <names>", "the stacks an Azure pipeline was compiled with, separated by blanks"),
};

export type ApplyListOptions = OptionsOf<typeof applyListOptions>;

const applyListCommand = declareCommand({
  name: "ci apply-list",
  summary: "turn what was approved into the jobs of a pipeline",
  description:
    "Reads the document of `approved --json` from standard input. Prints lines for $GITHUB_OUTPUT: `stacks`, a matrix of at most 256 jobs, " +
    "and `left`, the stacks of other parts. With --azure-stacks it sets one variable per stack for an Azure pipeline, and fails for a " +
    "stack that the pipeline was not compiled with. Stacks of the emulator are left out.",
  options: applyListOptions,
  examples: ["partner-access ci apply-list < approved.json", "partner-access ci apply-list --part 2 < approved.json"],
  load: async () => (await import("./run-apply-list")).runApplyList,
});

const rotationTurnOptions = {
  only: text("--only <stack>", "that one stack; default: every stack whose turn it is today"),
  azureStacks: text(
    "--azure-stacks <names>",
    "compare with the stacks an Azure pipeline was compiled with, and print nothing",
  ),
};

export type RotationTurnOptions = OptionsOf<typeof rotationTurnOptions>;

const rotationTurnCommand = declareCommand({
  name: "ci rotation-turn",
  summary: "turn the list of stacks into the jobs of a pipeline",
  description:
    "Reads the document of `stacks --json` from standard input. Prints lines for $GITHUB_OUTPUT: `stacks`, a matrix of at most 256 jobs, " +
    "and `invalid`, the stack files with problems. More than 256 stacks take turns, day by day. Stacks of the emulator are left out.",
  options: rotationTurnOptions,
  examples: [
    "partner-access ci rotation-turn < stacks.json",
    "partner-access ci rotation-turn --only contoso < stacks.json",
  ],
  load: async () => (await import("./run-rotation-turn")).runRotationTurn,
});

const operateCommand = declareCommand({
  name: "ci operate",
  summary: "run the one command that a person chose in the workflow operate",
  description:
    "Reads everything from variables, because a reason may hold anything: STACK, COMMAND, IDENTITY (rotator or deployer), REASON, LOCK and " +
    "DIGEST. COMMAND is preflight, preview, status, verify, credentials, retire-orphans, recover, recover-lost-state, compromised, " +
    "rollback, stop or resume. Exit code: that of the command.",
  options: {},
  examples: ["partner-access ci operate"],
  load: async () => (await import("./run-operate")).runOperate,
});

const showRequestCommand = declareCommand({
  name: "ci show-request",
  summary: "show what a job wrote into the stack's file, which ends with its checkout",
  description:
    "STACK names the stack. `rotate --compromised` writes its request into the stack's file. Until a person commits it, a recovery in another " +
    "checkout does not know of it. Prints the change, and adds it to the summary of a job on GitHub.",
  options: {},
  examples: ["partner-access ci show-request"],
  load: async () => (await import("./run-show-request")).runShowRequest,
});

const installPulumiCommand = declareCommand({
  name: "ci install-pulumi",
  summary: "install the Pulumi CLI for the next steps of a job, with its checksum",
  description:
    "PULUMI_VERSION names the version. Downloads the release, compares it with the SHA-256 that the release publishes, and puts it on the PATH " +
    "of the job's next steps, on GitHub and on Azure DevOps. Installs nothing that was not checked.",
  options: {},
  examples: ["partner-access ci install-pulumi"],
  load: async () => (await import("./run-install-pulumi")).runInstallPulumi,
});

/** What workflows and pipelines run, so that a project holds no code of ours. */
export const ciCommands = [
  applyListCommand,
  rotationTurnCommand,
  operateCommand,
  showRequestCommand,
  installPulumiCommand,
];
