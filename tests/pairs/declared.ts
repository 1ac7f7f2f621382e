import { reviewDay } from "../../components/partner-access/recording/recorded-stack";
import { recordProgram } from "../../components/partner-access/recording/recorder";
import { reviewInput } from "../../components/partner-access/recording/review-input";
import { readStackConfiguration } from "../../configuration/read-stack";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { usualProjectName } from "../../configuration/values";
import program from "../../index";
import { type AccessManifest, buildManifest } from "../../permissions/manifest";
import { engineValues } from "../configuration/valid-stack";
import { everythingAllowed, type Sections } from "./configurations";

/** The sections, read and checked as the program does. */
export function configurationOf(sections: Sections): StackConfiguration {
  return readStackConfiguration({
    stack: "dev",
    namespace: usualProjectName,
    values: engineValues(sections),
    entryWriters: new Map(),
    policyText: everythingAllowed,
  });
}

/** What a review says the program grants. */
export async function reviewed(configuration: StackConfiguration): Promise<AccessManifest> {
  const quiet = jest.spyOn(console, "log").mockReturnValue();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const { records, identities } = await recordProgram({ stack: "dev", project: usualProjectName }, () =>
      program(async () => reviewInput(configuration)),
    );
    return buildManifest(records, { identities, freshOn: reviewDay });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    quiet.mockRestore();
  }
}
