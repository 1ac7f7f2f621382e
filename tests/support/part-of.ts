/** Some of a value's members, at every depth; what functions answer may be partial too. */
type Part<T> = T extends string | number | boolean | Date | null | undefined
  ? T
  : T extends (...given: infer Given) => Promise<infer Answer>
    ? (...given: Given) => Promise<Part<Answer>>
    : T extends (...given: infer Given) => infer Answer
      ? (...given: Given) => Part<Answer>
      : T extends readonly (infer Item)[]
        ? readonly Part<Item>[]
        : { readonly [Name in keyof T]?: T[Name] | Part<T[Name]> | undefined };

/**
 * A value of which the test gives only what its subject may use: names and types are checked, and reading any other member throws. Say
 * `undefined` for one that may be read and is absent.
 */
export function partOf<T extends object>(given: Part<T>): T {
  const refuse = (name: PropertyKey): never => {
    throw new Error(`the test gives no "${String(name)}", and its subject reads it`);
  };
  const handler: ProxyHandler<object> = {
    get: (target, name) =>
      name in target || typeof name === "symbol" || name === "then" || name === "toJSON"
        ? Reflect.get(target, name)
        : refuse(name),
  };
  // The one cast: a part stands for the whole, and the proxy reports what it lacks.
  return new Proxy(given as object, handler) as T;
}
