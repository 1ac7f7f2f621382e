/** A line in the stand-in Node host, by which it is told from a real one. */
export const standInMark = "partner-access stand-in Node host";
