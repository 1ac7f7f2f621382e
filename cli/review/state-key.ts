import { shownSetting } from "../../configuration/file-settings";
import type { ManifestSetting } from "../../permissions/manifest";

/** How the engine writes down in a state what its secrets are encrypted with. */
interface SecretsProviders {
  readonly type?: string;
  readonly state?: { readonly url?: string; readonly encryptedkey?: string; readonly salt?: string } | null;
}

/** The words of a stack file that stand for a provider which has no address. */
const words: Readonly<Record<string, readonly string[]>> = {
  passphrase: ["", "default", "passphrase"],
  service: ["", "default", "service"],
};

/**
 * What the stack's file says otherwise than the state about who can open it: an update would encrypt both client secrets anew, for another
 * key. Empty where the state holds nothing that is encrypted.
 */
export function otherKeyLines(exported: string | undefined, settings: readonly ManifestSetting[]): readonly string[] {
  const { deployment } = JSON.parse(exported ?? "{}") as {
    readonly deployment?: { readonly secrets_providers?: SecretsProviders | null } | null;
  };
  const provider = deployment?.secrets_providers;
  if (!provider?.type) return [];
  const { url = "", encryptedkey = "", salt = "" } = provider.state ?? {};
  const allowed = {
    secretsprovider: words[provider.type] ?? [url],
    encryptedkey: [encryptedkey],
    encryptionsalt: [salt],
  };
  return Object.entries(allowed).flatMap(([key, values]) => {
    const inFile = settings.find((it) => it.file === "stack" && it.key === key)?.value ?? "";
    if (values.some((value) => inFile === (value === "" ? "" : shownSetting(value, key)))) return [];
    const [inState = ""] = values;
    return [
      `encrypts the state anew: ${key} is ${inFile || "not in the file"}, in the state ${inState === "" ? "there is none" : shownSetting(inState, key)}`,
    ];
  });
}
