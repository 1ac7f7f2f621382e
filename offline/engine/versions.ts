/** The engine this project is written for; the SDK in package.json has the same version. */
export const engineVersion = "3.259.0";

/** Go below this cannot compile that engine: its own modules say so, and go.mod here repeats it. */
export const goVersion = "1.25.11";

/** Node below this cannot run `@pulumi/pulumi` of that version. */
export const nodeMajor = 22;

interface Version {
  readonly numbers: readonly [number, number, number];
  /** An alpha, beta, release candidate or development build, which comes before the release of the same numbers. */
  readonly isPrerelease: boolean;
}

/** The first version number in a text such as `v3.259.0`, `go version go1.26 linux/amd64` or `v24.1.0`. */
export function findVersion(text: string): string | undefined {
  return /(?<![\d.])\d+\.\d+(?:\.\d+)?(?:(?:-|rc|beta|alpha)[0-9A-Za-z.-]+)?/.exec(text)?.[0];
}

/** Whether `version` is `wanted` or comes after it. What cannot be read as a version is not. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [have, want] = [parse(version), parse(wanted)];
  if (have === undefined || want === undefined) return false;
  for (const place of [0, 1, 2] as const) {
    const difference = have.numbers[place] - want.numbers[place];
    if (difference !== 0) return difference > 0;
  }
  return want.isPrerelease || !have.isPrerelease;
}

function parse(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?(.*)$/.exec(text.trim());
  if (match === null) return undefined;
  return {
    numbers: [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)],
    // Build metadata (+…) says nothing about order.
    isPrerelease: /^(-|rc|beta|alpha)/.test(match[4] ?? ""),
  };
}
