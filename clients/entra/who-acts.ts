import { readFileSync } from "node:fs";
import { type ArmSignIn, readArmSignIn, SignInSettingsError } from "./arm-environment";

type Environment = Readonly<Record<string, string | undefined>>;

/** What says that a pipeline's job runs this: GitHub and most others set the first, Azure Pipelines the second. */
const pipelineVariables = ["CI", "TF_BUILD"];

/** Why nobody may act for a solo stack here: it is run by the person who is signed in to the Azure CLI, and by nobody else. */
export function soloSignInProblems(env: Environment): readonly string[] {
  const pipeline = pipelineVariables.find((name) => isSet(env[name]));
  const signIn = readSignIn(env);
  return [
    ...(pipeline === undefined
      ? []
      : [
          `${pipeline} is set, so this is a pipeline, and a stack with solo: true acts as a person: run it on that person's machine, ` +
            "or give the stack identities of its own and remove solo",
        ]),
    ...(signIn === undefined || (signIn.kind === "azure-cli" && !isSet(env["ARM_CLIENT_ID"]))
      ? []
      : [
          "the stack has solo: true, which takes the Azure CLI's sign-in, and the environment asks for another one " +
            `(${signIn.kind === "azure-cli" ? "ARM_CLIENT_ID" : signIn.kind}): unset ARM_CLIENT_ID and the ARM_* variables of its proof, or remove solo`,
        ]),
  ];
}

/** Why nobody is named who may run a stack that is not a solo one. */
export function namedSignInProblems(env: Environment): readonly string[] {
  if (readSignIn(env)?.kind !== "azure-cli") return [];
  return [
    "the environment names no identity, and the Azure CLI's sign-in would act: set ARM_CLIENT_ID and its proof (ARM_USE_OIDC or " +
      "ARM_CLIENT_SECRET), or write solo: true if one person runs this stack",
  ];
}

/** Undefined where the variables ask for what cannot be had: the sign-in itself says so. */
function readSignIn(env: Environment): ArmSignIn | undefined {
  try {
    return readArmSignIn(env, (path) => readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SignInSettingsError) return undefined;
    throw error;
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value.trim().toLowerCase());
}
