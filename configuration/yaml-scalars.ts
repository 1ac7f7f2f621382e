/** What an unquoted scalar means to the engine, or that it is better not asked. */
export type PlainScalar = string | number | boolean | null;

const words = new Map<string, PlainScalar>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/**
 * Reads an unquoted YAML scalar as the Pulumi engine does (gopkg.in/yaml.v3, `resolve.go`): `0123` and `1_000` are numbers, a date is a
 * text of another form, `12e4567` is a text. Undefined where the value depends on the machine or does not fit into a number.
 */
export function enginePlainScalar(source: string): PlainScalar | undefined {
  const word = words.get(source);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(source)) return source === "<<" ? undefined : source;
  if (/^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/.test(source)) return undefined;
  const time = timestamp(source);
  return time === "not a time" ? number(source) : time;
}

function number(source: string): string | number | undefined {
  const plain = source.startsWith(".") ? source : source.replaceAll("_", "");
  const value = wholeNumber(plain) ?? decimal(plain);
  // Beyond what a number holds: Go's parser gives up, and the scalar is a text.
  if (value === undefined || !Number.isFinite(value)) return source;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : value;
}

function wholeNumber(plain: string): number | undefined {
  const whole = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.exec(plain);
  if (whole?.[2] === undefined) return undefined;
  const digits = /^0[0-7]/.test(whole[2]) ? `0o${whole[2].slice(1)}` : whole[2];
  return (whole[1] === "-" ? -1 : 1) * Number(digits);
}

function decimal(plain: string): number | undefined {
  return /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain) ? Number(plain) : undefined;
}

const timestampParts = /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt]| +)(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)?)?$/;

/** A date comes out of the engine as Go prints it: "2026-03-01 00:00:00 +0000 UTC". */
function timestamp(source: string): string | undefined {
  const parts = timestampParts.exec(source);
  if (parts === null) return "not a time";
  const [, year = "", month = "", day = "", separator = "", hour = "0", minute = "0", second = "0"] = parts;
  const [fraction = "", zone] = parts.slice(8);
  // A zone stands after a T, and never after blanks, of which Go takes any number for one.
  if (separator !== "" && separator.startsWith(" ") !== (zone === undefined)) return "not a time";
  const two = (digits: string) => digits.padStart(2, "0");
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = `${two(hour)}:${two(minute)}:${two(second)}`;
  const parsed = new Date(`${date}T${time}Z`);
  // 2026-02-30 is no date, so it stays a text.
  if (Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(`${date}T${time}`)) return "not a time";
  // Go names a zone as the machine's own clock does, where they agree; and it knows nine digits of a second.
  if ((zone !== undefined && zone !== "Z") || fraction.length > 9) return undefined;
  const decimals = fraction.replace(/0+$/, "");
  return `${date} ${time}${decimals === "" ? "" : `.${decimals}`} +0000 UTC`;
}
