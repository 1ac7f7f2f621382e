import { armError } from "./errors";

/** A region as ARM writes it: "West Europe" and "westeurope" are the same place. */
export const normaliseLocation = (location: string): string => location.toLowerCase().replaceAll(" ", "");

/** Microsoft's regions of the public cloud, US Government and China. Source: https://learn.microsoft.com/azure/reliability/regions-list */
const regions = (
  "centralus,eastasia,southeastasia,eastus,eastus2,westus,westus2,westus3,northcentralus,southcentralus,westcentralus,northeurope," +
  "westeurope,japaneast,japanwest,brazilsouth,brazilsoutheast,australiasoutheast,australiaeast,australiacentral,australiacentral2," +
  "westindia,southindia,centralindia,jioindiawest,jioindiacentral,canadacentral,canadaeast,uksouth,ukwest,koreacentral,koreasouth," +
  "francecentral,francesouth,southafricanorth,southafricawest,uaenorth,uaecentral,switzerlandnorth,switzerlandwest,germanywestcentral," +
  "germanynorth,norwayeast,norwaywest,swedencentral,swedensouth,polandcentral,italynorth,spaincentral,israelcentral,qatarcentral," +
  "mexicocentral,newzealandnorth,austriaeast,belgiumcentral,chilecentral,indonesiacentral,malaysiawest,denmarkeast," +
  "usgovvirginia,usgovarizona,usgovtexas,chinaeast,chinaeast2,chinaeast3,chinanorth,chinanorth2,chinanorth3"
).split(",");

/** Refuses an unknown region. The message is ARM's (https://github.com/Azure/azure-cli/issues/7602); the code is UNVERIFIED. */
export function requireGroupLocation(location: string): void {
  if (regions.includes(location)) return;
  throw armError(
    400,
    "LocationNotAvailableForResourceGroup",
    `The provided location '${location}' is not available for resource group. List of available regions is '${regions.join(",")}'.`,
  );
}

/** The same for a resource. */
export function requireLocation(location: string, type: string): void {
  if (regions.includes(location)) return;
  throw armError(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${regions.join(",")}'.`,
  );
}
