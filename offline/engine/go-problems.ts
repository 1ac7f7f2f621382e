/** What usually helps, by what Go says. Only ever a hint: Go's own lines are always shown. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /no space left on device/i,
    "Free some space: the build needs about 4 GB in Go's caches (GOCACHE, GOMODCACHE) and 120 MB for the result.",
  ],
  [
    /checksum mismatch|SECURITY ERROR/i,
    "A proxy serves modules that differ from the recorded checksums. Check GOPROXY; never work around it.",
  ],
  [
    /inconsistent vendoring|-mod=vendor|flag provided but not defined|go: parsing \$GOFLAGS/i,
    "A flag in GOFLAGS does not fit this build. Try again with GOFLAGS unset.",
  ],
  [
    /dial tcp|i\/o timeout|connection refused|no such host|proxyconnect|TLS handshake|x509:|Forbidden|404 Not Found|410 Gone|module lookup disabled/i,
    "The modules cannot be fetched. Set GOPROXY to a proxy that this machine reaches, and SSL_CERT_FILE when it has a certificate authority of its own.",
  ],
  [/requires go >= /i, "Install a newer Go; toolchains are not downloaded."],
  [
    /GOCACHE is not defined|module cache not found/i,
    "Set HOME, or GOCACHE and GOMODCACHE, to folders that can be written.",
  ],
  [
    /permission denied|read-only file system/i,
    "Make Go's caches writable, or set GOCACHE and GOMODCACHE to folders that are.",
  ],
  [
    /signal: killed|cannot allocate memory/i,
    "The machine ran out of memory: about 2 GB are needed. Try again with GOFLAGS=-p=1.",
  ],
];

/** What to do about a failed build, judged by the last lines of `go`. */
export function hintFor(output: string): string {
  return hints.find(([pattern]) => pattern.test(output))?.[1] ?? "Run the command by hand to see more.";
}
