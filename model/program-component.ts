/** The name of the one PartnerAccess in our own program. Its resources are named after it, and commands find them by that. */
export const programComponent = "partner";
