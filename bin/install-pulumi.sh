#!/usr/bin/env bash
# Downloads the Pulumi CLI of PULUMI_VERSION, compares it with the checksum that its release publishes, and puts it on the PATH of the
# job's next steps, on GitHub and on Azure DevOps. The jobs that call this sign in to tenants, so nothing unchecked may run in them.
set -euo pipefail

version="${PULUMI_VERSION:?set it to the version to install, for example 3.259.0}"
case "$(uname -m)" in
  x86_64) platform=linux-x64 ;;
  aarch64 | arm64) platform=linux-arm64 ;;
  *)
    echo "install-pulumi: no Pulumi CLI for the processor $(uname -m); use a runner with x86_64 or arm64" >&2
    exit 2
    ;;
esac

folder="${RUNNER_TEMP:-${AGENT_TEMPDIRECTORY:?neither RUNNER_TEMP nor AGENT_TEMPDIRECTORY is set: this is no job of GitHub or Azure DevOps}}"
archive="pulumi-v$version-$platform.tar.gz"
checksums="pulumi-$version-checksums.txt"
release="https://github.com/pulumi/pulumi/releases/download/v$version"

cd "$folder"
for file in "$archive" "$checksums"; do
  curl --fail --silent --show-error --location --retry 3 --max-time 300 --output "$file" "$release/$file"
done
# One line for one file: sha256sum alone would also accept a list that does not name this archive as its only match.
if ! awk -v name="$archive" '$2 == name' "$checksums" | sha256sum --check --strict --status; then
  echo "install-pulumi: $archive does not have the SHA-256 that $release/$checksums states; nothing was installed" >&2
  exit 1
fi
tar -xzf "$archive"

if [ -n "${GITHUB_PATH:-}" ]; then
  echo "$folder/pulumi" >> "$GITHUB_PATH"
else
  echo "##vso[task.prependpath]$folder/pulumi"
fi
