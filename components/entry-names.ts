/** Full names of the entries in the vault, by what they hold. */
export interface EntryNames {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** What an entry holds. */
export type EntryKey = keyof EntryNames;

/** What an entry is called after the prefix. */
export const entrySuffixes: EntryNames = {
  clientId: "client-id",
  clientSecret: "client-secret",
  refreshToken: "refresh-token",
};

/** The names of the entries under a prefix. */
export function entryNames(prefix: string): EntryNames {
  const { clientId, clientSecret, refreshToken } = entrySuffixes;
  return {
    clientId: `${prefix}${clientId}`,
    clientSecret: `${prefix}${clientSecret}`,
    refreshToken: `${prefix}${refreshToken}`,
  };
}
