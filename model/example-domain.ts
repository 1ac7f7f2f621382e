/** Domains under `.example` belong to nobody (RFC 2606): a stack of one is for the emulator, and would fail against the real Microsoft. */
export function isExampleDomain(domain: string): boolean {
  return domain.endsWith(".example");
}
