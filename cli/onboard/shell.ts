/** One word for a POSIX shell, whatever it holds: between single quotes nothing is special but the single quote itself. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A line of comment. A line break would end the comment and begin a command, so it becomes a blank. */
export function comment(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return `# ${text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")}`;
}

/** A text inside an OData literal, as Graph's `$filter` reads it. */
export function odata(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
