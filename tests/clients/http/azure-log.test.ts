import { quietAzureLog } from "../../../clients/http/azure-log";

describe("the log level of Microsoft's libraries", () => {
  it.each(["info", "verbose", "Verbose"])("is lowered from %s, which would print tokens", (level) => {
    const env = { AZURE_LOG_LEVEL: level };
    expect(quietAzureLog(env)).toBe(level);
    expect(env).toEqual({ AZURE_LOG_LEVEL: "warning" });
  });

  it.each([undefined, "warning", "error"])("is left alone at %s", (level) => {
    const env = { AZURE_LOG_LEVEL: level };
    expect(quietAzureLog(env)).toBeUndefined();
    expect(env).toEqual({ AZURE_LOG_LEVEL: level });
  });
});
