export type { TokenFlow } from "./flow";
export { TokenError } from "./token-error";
export type { AccessToken, PasswordUser, TokenSource } from "./token-source";
export { createTokenSource, type TokenSourceOptions } from "./vault-token-source";
export type { TokenWarning } from "./warnings";
