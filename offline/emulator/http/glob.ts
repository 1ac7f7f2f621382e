/**
 * A path pattern of a fault: `*` is anything but a slash, `**` anything at all, `?` one character, `{a,b}` either. A pattern that does not begin
 * with a slash may match the end of a path from any slash on, so that `addPassword` is enough. Case does not matter.
 */
export function globToRegExp(glob: string): RegExp {
  const anchored = glob.startsWith("/");
  return new RegExp(`${anchored ? "^" : "(?:^|/)"}${translate(glob)}$`, "i");
}

function translate(glob: string): string {
  let depth = 0;
  return glob.replace(/\*\*\/|\*\*|\*|\?|[{},]|[.+^$()|[\]\\]/g, (token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (token === "{") {
      depth += 1;
      return "(?:";
    }
    if (token === "}" && depth > 0) {
      depth -= 1;
      return ")";
    }
    if (token === ",") return depth > 0 ? "|" : ",";
    return `\\${token}`;
  });
}
