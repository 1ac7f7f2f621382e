import type * as pulumi from "@pulumi/pulumi";
import { failRun } from "../problems";

/** A resource type of each provider that a PartnerAccess needs. */
const needed = { azuread: "azuread:index/application:Application", "azure-native": "azure-native:keyvault:Secret" };

const places = { azuread: "signs in to the partner's tenant", "azure-native": "writes the vault" };

/** Refuses to work with default providers: those take whatever tenant the environment names. */
export function missingProviders(component: pulumi.ComponentResource): void {
  const missing = (["azuread", "azure-native"] as const).filter((name) => !component.getProvider(needed[name]));
  failRun(
    missing.map(
      (name) =>
        `opts.providers has no ${name} provider, which ${places[name]}. Hand one over, because a default provider would guess ` +
        'the tenant: { providers: { azuread: partner, "azure-native": vault } }',
    ),
    "Nothing was changed for this tenant",
  );
}
