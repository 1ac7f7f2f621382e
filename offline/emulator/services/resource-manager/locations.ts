/** A region as ARM writes it: "West Europe" and "westeurope" are the same place. */
export const normaliseLocation = (location: string): string => location.toLowerCase().replaceAll(" ", "");
