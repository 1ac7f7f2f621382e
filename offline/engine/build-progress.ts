/** Where a build is, read from what `go` prints. */
export interface BuildProgress {
  /** Takes one line of `go list` or `go build -v`. */
  read(line: string): void;
  /** How many packages there are, once `go list` has said so. */
  expect(packages: number): void;
  /** One line for a person who waits. */
  tell(elapsedSeconds: number): string;
  /** The last lines that were not progress, for an error. */
  lastLines(): string;
}

/** Follows one build of the engine `version`. */
export function createBuildProgress(version: string): BuildProgress {
  let [downloaded, compiled, total] = [0, 0, 0];
  const others: string[] = [];
  return {
    read(line) {
      if (line.trim() === "") return;
      if (line.startsWith("go: downloading ")) downloaded += 1;
      // `go build -v` names each package it compiles on a line of its own; anything with a space is a message.
      else if (total > 0 && !/[\s:]/.test(line)) compiled += 1;
      else others.push(line);
      if (others.length > 20) others.shift();
    },
    expect(packages) {
      total = packages;
    },
    tell(elapsedSeconds) {
      const doing =
        total === 0
          ? `fetching its sources, ${downloaded} ${downloaded === 1 ? "module" : "modules"} so far`
          : `compiling and linking, ${Math.min(compiled, total)} of at most ${total} packages`;
      return `building pulumi ${version} with Go (once, some minutes): ${doing}, ${duration(elapsedSeconds)}`;
    },
    lastLines: () => others.join("\n"),
  };
}

/** 75 → "1 min 15 s" */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
