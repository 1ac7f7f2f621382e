import { authorityOfVault, type CloudName, readCloudEndpoints } from "../../clients/entra/clouds";
import { readStackFromFiles } from "../../configuration/read-stack";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { TokenFlow } from "../../tokens/flow";
import type { PasswordUser, TokenSource } from "../../tokens/token-source";
import { createTokenSource } from "../../tokens/vault-token-source";
import type { TokenWarning } from "../../tokens/warnings";
import type { CommandContext } from "../shared/command";
import { invalidOption } from "../shared/document";
import { demandPerson, openVault } from "../shared/session";
import { todayOf } from "../shared/tenant";
import { readSecretLine } from "./read-secret-line";

/** Where a stack's credentials lie: all that a token needs, with or without the stack's file. */
export interface TokenPlace {
  /** The stack; without one what the entries' names have in common. */
  readonly name: string;
  readonly vaultUri: string;
  readonly prefix: string;
  /** Undefined where only the vault is known; its address then tells. */
  readonly cloud: CloudName | undefined;
  /** Stated by a metadata host; undefined for the cloud's own. */
  readonly authority: string | undefined;
  /** The stack's file, where there is one. */
  readonly configuration: StackConfiguration | undefined;
}

/** Where to look: a stack, or a vault and the prefix of its entries. */
export interface PlaceOptions {
  readonly stack?: string | undefined;
  readonly vault?: string | undefined;
  readonly prefix?: string | undefined;
}

/** How a token is asked for; the vault decides what is left out. */
export interface FlowOptions {
  readonly flow?: TokenFlow | undefined;
  readonly user?: string | undefined;
}

/** Reads `-s`, or `--vault` with `--prefix`. The only call is to a metadata host, and it needs no Pulumi. */
export async function openPlace({ stack, vault, prefix }: PlaceOptions, context: CommandContext): Promise<TokenPlace> {
  if (stack !== undefined && vault === undefined && prefix === undefined) return placeOfStack(stack, context);
  if (stack === undefined && vault !== undefined && prefix !== undefined) {
    return placeOfVault(vault, prefix, context);
  }
  throw invalidOption(
    "give either -s STACK, or --vault URL with --prefix PREFIX",
    "A consumer without the stack's file uses the vault and the prefix.",
  );
}

async function placeOfStack(stack: string, { env, projectDirectory, signal }: CommandContext): Promise<TokenPlace> {
  const configuration = readStackFromFiles(projectDirectory, stack);
  demandPerson(configuration, env);
  const { cloud } = configuration.tenant;
  const metadataHost = metadataHostOf(env);
  const { keyVaultSuffix, authority } = await readCloudEndpoints({ cloud, metadataHost, signal });
  const { name, prefix } = configuration.vault;
  const vaultUri = `https://${name}.${keyVaultSuffix}`;
  return { name: stack, vaultUri, prefix, cloud, authority: metadataHost && authority, configuration };
}

async function placeOfVault(vault: string, prefix: string, { env, signal }: CommandContext): Promise<TokenPlace> {
  const url = URL.canParse(vault) ? new URL(vault) : undefined;
  if (url === undefined || url.href !== `https://${url.host}/`) {
    // Not what follows or stands before a host: a copied address may hold a signature or a password.
    const shown = url?.host ? `${url.protocol}//${url.host}${url.pathname}` : vault.replaceAll(/[?#].*$|^.*@/gs, "…");
    const more = url?.host && url.href !== shown ? " with more than that" : "";
    throw invalidOption(
      `--vault must be a vault's address like https://fabrikam.vault.azure.net, got ${shown}${more}`,
      "The portal shows it as the vault's URI.",
    );
  }
  if (!/^[0-9A-Za-z-]*$/.test(prefix)) {
    throw invalidOption(
      `--prefix must be letters, digits and hyphens, got ${prefix}`,
      "It is vault.prefix of the stack's file.",
    );
  }
  const metadataHost = metadataHostOf(env);
  const endpoints = metadataHost && (await readCloudEndpoints({ cloud: "public", metadataHost, signal }));
  return {
    name: prefix || url.hostname,
    vaultUri: url.origin,
    prefix,
    cloud: undefined,
    authority: endpoints ? endpoints.authority : undefined,
    configuration: undefined,
  };
}

/** A token source for a place, with warnings on standard error. */
export function openTokenSource(place: TokenPlace, options: FlowOptions, context: CommandContext): TokenSource {
  const { flow } = options;
  const { env, signal } = context;
  return createTokenSource({
    vaultUri: place.vaultUri,
    prefix: place.prefix,
    credential: openVault(
      place.vaultUri,
      place.authority ?? authorityOfVault(place.vaultUri),
      context,
      place.configuration,
    ).vaultIdentity,
    signal,
    flow,
    user: flow === "password" ? userOf(place, options, context) : undefined,
    cloud: place.cloud,
    authority: place.authority,
    now: clockOf(env),
    onWarning: ({ sentence }: TokenWarning) => context.stderr.write(`warning: ${sentence}\n`),
  });
}

function userOf(place: TokenPlace, options: FlowOptions, context: CommandContext): PasswordUser {
  const userName = options.user ?? place.configuration?.reportingUser?.userPrincipalName;
  if (!userName) {
    throw invalidOption("the flow password needs a user: --user NAME", "With -s it is the stack's reportingUser.");
  }
  // Asked for once: a second request, after the vault was read again, must not wait for a second line.
  let password: Promise<string> | undefined;
  return {
    userName,
    password: () => {
      password ??= readSecretLine(`password of ${userName}`, context);
      return password;
    },
  };
}

/** The machine's clock; in the emulated world one that goes on from the stated time. */
export function clockOf(env: CommandContext["env"]): () => number {
  const stated = env["PARTNER_ACCESS_NOW"];
  if (!stated) return Date.now;
  todayOf(stated, metadataHostOf(env));
  const [start, began] = [Date.parse(stated), performance.now()];
  return () => start + (performance.now() - began);
}

const metadataHostOf = (env: CommandContext["env"]) => env["ARM_METADATA_HOSTNAME"] || undefined;
