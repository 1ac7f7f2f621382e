/**
 * Reads an unquoted YAML scalar as the Pulumi engine does (gopkg.in/yaml.v3), so that a command that reads the file and a
 * program that is given the engine's configuration see the same value. The `yaml` package follows another version of the
 * YAML specification: `0123`, `1_000` and `2026-03-01` would differ, and a date is a natural name for a request.
 */
export function enginePlainScalar(source: string): string | number | boolean | null {
  if (["", "~", "null", "Null", "NULL"].includes(source)) return null;
  if (["true", "True", "TRUE"].includes(source)) return true;
  if (["false", "False", "FALSE"].includes(source)) return false;
  return timestamp(source) ?? number(source) ?? source;
}

function number(source: string): number | undefined {
  const plain = source.replaceAll("_", "");
  const whole = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.exec(plain);
  if (whole?.[2] !== undefined) {
    const digits = /^0[0-7]/.test(whole[2]) ? `0o${whole[2].slice(1)}` : whole[2];
    return (whole[1] === "-" ? -1 : 1) * Number(digits);
  }
  return /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain) ? Number(plain) : undefined;
}

const timestampParts =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|[ ])(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?(Z|[-+]\d{2}:\d{2})?)?$/;

/** A date comes out of the engine as Go prints it: "2026-03-01 00:00:00 +0000 UTC". */
function timestamp(source: string): string | undefined {
  const parts = timestampParts.exec(source);
  if (parts === null) return undefined;
  const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = parts;
  const two = (digits: string) => digits.padStart(2, "0");
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = `${two(hour)}:${two(minute)}:${two(second)}`;
  const parsed = new Date(`${date}T${time}Z`);
  // 2026-02-30 is no date, so it stays a text.
  if (Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(`${date}T${time}`)) return undefined;
  const offset = zone === "Z" ? "+0000" : zone.replace(":", "");
  const zoneName = offset === "+0000" ? "UTC" : offset;
  return `${date} ${time}${fraction.replace(/\.?0*$/, "")} ${offset} ${zoneName}`;
}
