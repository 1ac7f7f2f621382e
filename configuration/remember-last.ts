/**
 * A pure function that remembers its last result: checking a thousand stacks passes the project's own files a thousand times. Callers must
 * not modify its results.
 */
export function rememberLast<Args extends readonly unknown[], Result>(
  compute: (...args: Args) => Result,
): (...args: Args) => Result {
  let last: { readonly args: Args; readonly result: Result } | undefined;
  return (...args) => {
    const known = last;
    if (known?.args.length === args.length && args.every((arg, index) => arg === known.args[index]))
      return known.result;
    const result = compute(...args);
    last = { args, result };
    return result;
  };
}
