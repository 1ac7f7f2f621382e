import { commandLine } from "../../model/command-line";
import type { TokenClaims } from "../../tokens/claims";
import type { Problem } from "../shared/document";

/** Who is expected to have signed in. */
export interface ExpectedUser {
  readonly stack: string;
  readonly tenantId: string;
  readonly userName: string;
  readonly clientId: string;
}

/** Why a sign-in is not stored, and what a person should know of one that is. */
export interface Judgement {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Every user holds this one: it says "a user". */
const ORDINARY_USER = "b79fbf4d-3ef9-4689-8143-76b194e85509";
/** Template ids. Source: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference */
const ADMINISTRATORS: Readonly<Record<string, string>> = {
  "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
  "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
  "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
  "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
  "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
  "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
  "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
};

/** Judges the access token that a sign-in gave. All problems at once. */
export function judgeSignIn(claims: TokenClaims | undefined, expected: ExpectedUser): Judgement {
  const { stack, tenantId, userName, clientId } = expected;
  if (claims === undefined) {
    const message = "Entra's access token cannot be read, so nothing shows who signed in";
    return {
      problems: [
        {
          code: "unreadable-token",
          message,
          fix: "Please report this: Partner Center's tokens are normally readable.",
        },
      ],
      warnings: [],
    };
  }
  const problems: Problem[] = [];
  const again = `Sign in again as ${userName}: ${commandLine("sign-in", "-s", stack)}`;
  if (claims.tenantId !== tenantId) {
    const message = `the sign-in was made in tenant ${claims.tenantId ?? "unknown"}, not in ${tenantId}`;
    problems.push({ code: "wrong-tenant", message, fix: again });
  }
  if (claims.clientId !== clientId) {
    const message = `the token was given to application ${claims.clientId ?? "unknown"}, not to ${clientId}`;
    problems.push({ code: "wrong-application", message, fix: again });
  }
  if (claims.userName?.toLowerCase() !== userName.toLowerCase()) {
    const message = `${claims.userName ?? "an unnamed user"} signed in, not ${userName}`;
    const fix = `${again} A private window has no other session.`;
    problems.push({ code: "wrong-user", message, fix });
  }
  if (!claims.methods.includes("mfa")) {
    problems.push({
      code: "no-mfa",
      message: `the sign-in was made without MFA (${claims.methods.join(", ") || "no method named"}): Partner Center refuses its tokens`,
      fix: `Require MFA for ${userName} in the tenant (Conditional Access), register it at https://aka.ms/mfasetup, and sign in again.`,
    });
  }
  const roles = claims.directoryRoles.filter((id) => id !== ORDINARY_USER);
  const names = roles.map((id) => ADMINISTRATORS[id] ?? `directory role ${id}`);
  const warnings =
    names.length === 0
      ? []
      : [
          `${userName} is ${names.join(" and ")}: anyone who reads the refresh token has that power for 90 days. ` +
            "Use an account that only reads reports.",
        ];
  return { problems, warnings };
}
