import { randomBytes } from "node:crypto";

/** The secret texts of one running emulator, random per start. They are handed out, never written to state, journal or log. */
export interface EmulatorSecrets {
  /** One secret for every deployer, as in production one pipeline token serves both. */
  readonly deployer: string;
  readonly rotator: string;
  /** For the tenant administrators, with which a test changes a tenant as a person would. */
  readonly administrator: string;
  /** For the downstream consumers: the reader and the renewer. */
  readonly reader: string;
  readonly renewer: string;
  /** Password of the seeded users. The sign-in page shows it, because a person cannot know it otherwise. */
  readonly userPassword: string;
}

export function createSecrets(): EmulatorSecrets {
  const random = () => randomBytes(30).toString("base64url");
  return {
    deployer: random(),
    rotator: random(),
    administrator: random(),
    reader: random(),
    renewer: random(),
    userPassword: random(),
  };
}
