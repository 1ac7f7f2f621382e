/**
 * A pure function that answers the same arguments from memory, as long as no others come between: whoever checks a thousand stacks
 * gives the project's own files a thousand times. Its results must not be written to.
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
