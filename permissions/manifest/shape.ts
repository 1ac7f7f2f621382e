import { counted } from "../../model/command-line";
/** Reads one part of a document from outside; complains with the path and gives undefined when it does not fit. */
export type Shape<T> = (value: unknown, path: string, complain: Complain) => T;
type Complain = (path: string, problem: string) => void;

/** Documents of a pull request are hostile: nothing may be longer than a report can ever need. */
const limits = { text: 20_000, list: 20_000 };

export const text: Shape<string> = (value, path, complain) => {
  if (typeof value !== "string") complain(path, `must be a text, got ${kindOf(value)}`);
  else if (value.length > limits.text) {
    complain(path, `must have at most ${limits.text} characters, got ${value.length}`);
  }
  return value as string;
};

export const flag: Shape<boolean> = (value, path, complain) => {
  if (typeof value !== "boolean") complain(path, `must be true or false, got ${kindOf(value)}`);
  return value as boolean;
};

export const count: Shape<number> = (value, path, complain) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    complain(path, `must be a whole number from 0, got ${kindOf(value)}`);
  }
  return value as number;
};

export function oneOf<const T extends string>(...allowed: readonly T[]): Shape<T> {
  return (value, path, complain) => {
    if (!allowed.includes(value as T)) complain(path, `must be ${allowed.join(" or ")}, got ${kindOf(value)}`);
    return value as T;
  };
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path, complain) => (value === null ? null : shape(value, path, complain));
}

export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, path, complain) => {
    if (!Array.isArray(value)) complain(path, `must be a list, got ${kindOf(value)}`);
    else if (value.length > limits.list) {
      complain(path, `must have at most ${limits.list} items, got ${value.length}`);
    } else return value.map((item, index) => shape(item, `${path}[${index}]`, complain));
    return [];
  };
}

/** Exactly these properties, all of them. */
export function recordOf<T extends object>(shapes: { readonly [Key in keyof T]-?: Shape<T[Key]> }): Shape<T> {
  return (value, path, complain) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      complain(path, `must be an object, got ${kindOf(value)}`);
      return {} as T;
    }
    const content = value as Record<string, unknown>;
    for (const key of Object.keys(content)) {
      if (!Object.hasOwn(shapes, key))
        complain(path, `has a property that is not known: ${JSON.stringify(key.slice(0, 60))}`);
    }
    const read = Object.keys(shapes).map((key) => {
      const name = key as keyof T & string;
      if (Object.hasOwn(content, name))
        return [name, shapes[name](content[name], `${path}.${name}`, complain)] as const;
      complain(path, `must have the property ${name}`);
      return [name, undefined] as const;
    });
    return Object.fromEntries(read) as T;
  };
}

/** The first shape that fits without complaint; the last one says what is wrong. */
export function either<T>(first: Shape<T>, second: Shape<T>): Shape<T> {
  return (value, path, complain) => {
    let fits = true;
    const read = first(value, path, () => {
      fits = false;
    });
    return fits ? read : second(value, path, complain);
  };
}

/** What was received, without its content: that may be anything. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string")
    return value.length <= 40 ? JSON.stringify(value) : `a text of ${counted(value.length, "character")}`;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : `a value of type ${typeof value}`;
}
