/** The line of JSON that an emulator prints when it is ready. */
export interface EmulatorLine {
  readonly origin: string;
  readonly caFile: string;
  /** What pulumi, the commands and other clients need to meet the emulator, and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** The Pulumi CLI; a Node host stands beside it. */
  readonly pulumi: string;
  readonly tenants: readonly {
    readonly id: string;
    readonly domain: string;
    readonly role: "partner" | "home";
    readonly deployer: { readonly clientId: string; readonly objectId: string };
    readonly reportingUser: { readonly userPrincipalName: string } | null;
  }[];
}
