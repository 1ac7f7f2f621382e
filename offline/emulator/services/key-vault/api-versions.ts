/** Versions of the data plane that Microsoft's SDKs send for secrets, from the oldest still in use to the newest this project's SDK knows. */
export const dataPlaneVersions = [
  "2016-10-01",
  "7.0",
  "7.1",
  "7.2",
  "7.3",
  "7.4",
  "7.5",
  "7.6-preview.2",
  "7.6",
  "2025-07-01",
  "2026-04-01",
] as const;
