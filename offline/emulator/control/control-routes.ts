/**
 * The routes under `/_emulator/` that steer the emulator itself, and what each is for. `control.ts` answers every one of them, which its type
 * demands, and the help of the command lists them from here. It imports nothing, so that help starts at once.
 */
export const controlRoutes = {
  "GET state": "the whole world as JSON, without a secret text",
  "GET journal": "every call since the start, oldest first",
  "GET tenants": "the tenants, with the identities and users to sign in as",
  "POST tenants": 'add a tenant: {"domain": "adatum.example"}',
  "POST users":
    'add or change a user: {"tenant": "contoso.example", "userPrincipalName": "ann@contoso.example", "password": "…"}',
  "POST settings": 'what a tenant demands at sign-in, and Partner Center: {"tenant": "contoso.example", "signIn": {…}}',
  "POST refresh-tokens": "a refresh token as a sign-in of this moment leaves it",
  "POST clock": 'set or advance the emulated time: {"advance": "P30D"}',
  "POST lag": 'answer late, as Entra does: {"readLagSeconds": 5, "secretAcceptanceSeconds": 20}',
  "POST faults": "refuse, delay or drop calls, by a list of rules",
  "POST reset": "begin again: first state, no faults, the clock of this machine",
} as const;

export type ControlRouteName = keyof typeof controlRoutes;

export const controlPrefix = "/_emulator/";
