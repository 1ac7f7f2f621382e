import type { Drafts } from "./drafts";
import type { Problem } from "./problem";
import { isMapping } from "./read-value";
import { showValue } from "./show-value";
import type { Sections } from "./values";

/** Who acts is said once: by an identity that writes the vault, or by `solo` for the person who is signed in to the Azure CLI. */
export function soloProblems({ solo, vault }: Drafts, { vault: written = {} }: Sections["values"]): readonly Problem[] {
  // As written: one that cannot be read is reported by its field.
  const clientId = isMapping(written) ? (written["clientId"] ?? undefined) : written;
  if (solo !== true) return clientId === undefined ? [missingClientId] : [];
  return [
    ...(isMapping(written) && clientId !== undefined ? [unusedClientId(clientId)] : []),
    ...(vault?.mode === "create" || vault?.mode === "recover" ? [plannedVault(vault.mode)] : []),
  ];
}

const missingClientId: Problem = {
  path: "vault.clientId",
  message: "is missing",
  received: undefined,
  allowed: "the client id of the identity that writes the vault; nothing only with solo: true",
  fix: "copy the client id of the identity that writes the vault",
};

function unusedClientId(clientId: unknown): Problem {
  return {
    path: "vault.clientId",
    message: "is set, but with solo: true the person who is signed in writes the vault",
    received: showValue(clientId),
    allowed: "no client id with solo: true",
    fix: "remove it, or remove solo",
  };
}

/** A created vault gives its writer a role as a service principal, which a person is not. */
function plannedVault(mode: "create" | "recover"): Problem {
  return {
    path: "vault.mode",
    message: "is not possible with solo: true",
    received: showValue(mode),
    allowed: "existing",
    fix: "create the vault yourself (az keyvault create, or recover), and leave vault.mode out",
  };
}
