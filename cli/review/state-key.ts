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
  const provider = providerIn(exported);
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

/** The keys of a stack file that decide what its state is encrypted for. */
export const keySettingNames = ["secretsprovider", "encryptedkey", "encryptionsalt"];

/** What those keys would be in a file that names the state's own key. */
export function keySettingsIn(exported: string): Readonly<Record<string, string>> {
  const { url, encryptedkey, salt } = providerIn(exported)?.state ?? {};
  const isService = providerIn(exported)?.type === "service";
  const settings = isService ? {} : { secretsprovider: url, encryptedkey, encryptionsalt: salt };
  return Object.fromEntries(Object.entries(settings).filter((it): it is [string, string] => it[1] !== undefined));
}

function providerIn(exported: string | undefined): SecretsProviders | null | undefined {
  const { deployment } = JSON.parse(exported ?? "{}") as {
    readonly deployment?: { readonly secrets_providers?: SecretsProviders | null } | null;
  };
  return deployment?.secrets_providers;
}
