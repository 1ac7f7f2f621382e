/** What the engine tells the host on its command line. */
export interface HostArguments {
  readonly version: boolean;
  /** The programming language runtime: nodejs or bun. */
  readonly runtime: string;
  /** Where to send traces; handed on to the program. */
  readonly tracing: string;
  /** Address of the engine; empty when it comes with the handshake. */
  readonly engine: string;
}

const valued = ["tracing", "runtime", "v"];

/** Reads Go-style flags (`-name value`, `--name=value`), then the engine's address. */
export function readHostArguments(argv: readonly string[]): HostArguments {
  const values = new Map<string, string>();
  const rest = [...argv];
  for (let flag = rest[0]; flag?.startsWith("-"); flag = rest[0]) {
    rest.shift();
    const [name = "", value] = flag.replace(/^--?/, "").split(/=(.*)/s, 2);
    if (value !== undefined) values.set(name, value);
    else values.set(name, valued.includes(name) ? (rest.shift() ?? "") : "true");
  }
  return {
    version: values.get("version") === "true",
    runtime: values.get("runtime") ?? "nodejs",
    tracing: values.get("tracing") ?? "",
    engine: rest[0] ?? "",
  };
}
