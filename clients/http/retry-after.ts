/** A date as HTTP writes it: the form in use, and the two obsolete ones that a recipient must read (RFC 9110, section 5.6.7). */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w -]+ \d\d:\d\d:\d\d( |$)/;

/**
 * How long a service asks to be left alone, from `Retry-After`: whole seconds, or a date counted from `now` (RFC 9110, section 10.2.3).
 * Undefined without the header, and for a text of neither form: the caller then chooses the wait.
 */
export function retryAfterSeconds(headers: Headers, now: Date): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  if (!HTTP_DATE.test(text)) return undefined;
  // The oldest form names no zone and means Greenwich all the same; `Date.parse` would take the machine's.
  const time = Date.parse(/ GMT$/.test(text) ? text : `${text} GMT`);
  if (Number.isNaN(time)) return undefined;
  // Rounded up: a second early is early.
  return Math.max(0, Math.ceil((time - now.getTime()) / 1000));
}
