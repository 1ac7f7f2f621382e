// The SDK's own objects, which can be changed: a bundled `import *` is a copy with getters only.
const pulumi: typeof import("@pulumi/pulumi") = require("@pulumi/pulumi");
const debuggable: typeof import("@pulumi/pulumi/runtime/debuggable") = require("@pulumi/pulumi/runtime/debuggable");

/**
 * What Pulumi's SDK (3.259) does for an engine, and no recording shows. Without it a thousand programs take little more than half of the
 * time. Each reaches into the SDK, so a test counts that each still works; where one does not, records stay the same.
 */
export function takeShortcuts(): void {
  withoutStackTraces();
  withoutAliases();
  withoutLeakDetection();
}

/**
 * The SDK notes a stack trace for every promise and, without any limit, for every resource. A limit that is no plain property makes V8
 * collect none, and the SDK cannot set it back.
 */
function withoutStackTraces(): void {
  Object.defineProperty(Error, "stackTraceLimit", { get: () => 0, set: () => undefined });
}

/**
 * azure-native names every older API version of a type as an alias, and the SDK makes four outputs of each. They tell an engine which
 * resource of an older state is meant; a recording has no state.
 */
function withoutAliases(): void {
  const { mergeOptions } = pulumi;
  Object.assign(pulumi, {
    mergeOptions: (first: Options, second: Options) => ({ ...mergeOptions(first, second), aliases: [] }),
  });
}

type Options = Parameters<typeof pulumi.mergeOptions>[0];

/** Over a thousand promises of a run are kept in a list of what may never settle. A recording has a time limit of its own. */
function withoutLeakDetection(): void {
  Object.assign(debuggable, { debuggablePromise: <T>(promise: Promise<T>) => promise });
}
