import type { Trust } from "./pipelines";
import { comment, quote } from "./shell";

/** Who runs a script, and where. */
export interface ScriptHead {
  readonly stack: string;
  /** "Contoso's administrator (…)", read after "For". */
  readonly reader: string;
  readonly tenantId: string;
  readonly lines: readonly string[];
}

/** Interpreter, title, and the check that it runs in the right tenant. */
export function head({ stack, reader, tenantId, lines }: ScriptHead): readonly string[] {
  return [
    "#!/bin/sh",
    comment(`For ${reader}. Stack ${stack}.`),
    ...lines.map(comment),
    "# Read it before you run it. It may be run again: what is there already stays as it is.",
    "# To take everything back, run it with --take-back.",
    "set -eu",
    "",
    `tenant=${quote(tenantId)}`,
    'case "$#:$*" in 0: | 1:--take-back) ;; *) echo "Usage: sh FILE [--take-back]" >&2; exit 2 ;; esac',
    'if [ "$(az account show --query tenantId --output tsv)" != "$tenant" ]; then',
    '  echo "Sign in to that tenant first: az login --tenant $tenant --allow-no-subscriptions" >&2',
    "  exit 1",
    "fi",
  ];
}

/** Shell functions around applications and their trust in pipelines. `retry` is for Entra's replication. */
export const applicationFunctions: readonly string[] = `
audience=api://AzureADTokenExchange
tab=$(printf '\\t')
others="name!=''"

# What was just created is not seen everywhere at once.
retry() {
  for pause in 0 5 10 20 30; do
    sleep "$pause"
    if "$@"; then return 0; fi
  done
  return 1
}

# The client id of the one application that this filter finds; nothing when there is none.
application() {
  found=$(az ad app list --filter "$1" --query "[].appId" --output tsv) || return 1
  if [ "$(printf '%s\\n' "$found" | wc -l)" -gt 1 ]; then
    echo "More than one application has $1: rename or remove the others." >&2
    return 1
  fi
  printf '%s' "$found"
}

# Makes a service principal where it is missing, and answers its object id. A failed read is no proof that it is missing.
principal() {
  quoted=$(printf '%s' "$1" | sed "s/'/''/g")
  present=$(az ad sp list --filter "appId eq '$quoted'" --query "[].id" --output tsv) || return 1
  if [ -z "$present" ]; then retry az ad sp create --id "$1" --output none || return 1; fi
  retry az ad sp show --id "$1" --query id --output tsv
}

# Ends the script where an application ($1) has no room for all of these trusts ($3 and more), and says what to do ($2). Entra's limit, from
# https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations: 20 on one application.
room() {
  client_id=$1 advice=$2
  shift 2
  names=$(az ad app federated-credential list --id "$client_id" --query "[].name" --output tsv) || return 1
  count=$(printf '%s' "$names" | grep -c '^') || true
  missing=0
  for name in "$@"; do
    printf '%s\\n' "$names" | grep -qxF -e "$name" || missing=$((missing + 1))
  done
  if [ "$missing" = 0 ] || [ $((count + missing)) -le 20 ]; then return 0; fi
  echo "An application can hold 20 federated credentials; $client_id has $count and needs $missing more. $advice" >&2
  return 1
}

# What a federated credential ($2) of an application ($1) says: issuer, subject, audiences and description, with tabs between them.
credential() {
  az ad app federated-credential list --id "$1" --output tsv \\
    --query "[?name=='$2'].[issuer, subject, join(' ', audiences), description || '']"
}

# Whether a credential that says this ($1, empty: there is none) was made for something else than this ($2).
is_foreign() {
  made_for=\${1##*"$tab"}
  if [ -z "$1" ] || [ "$made_for" = "$2" ]; then return 1; fi
  made_for=\${made_for:-'something that its description does not say'}
}

# Lets an application ($1) trust a pipeline: name ($2), issuer ($3), subject ($4), where its tokens come from ($5).
trust() {
  if [ -z "$3" ] || [ -z "$4" ]; then echo "Hand in the issuer and the subject of $2." >&2; return 1; fi
  case "$3$4" in
    *[!-A-Za-z0-9:/._@%\\ ]*) echo "The issuer or the subject of $2 is not usable: $3 $4" >&2; return 1 ;;
  esac
  held=$(credential "$1" "$2") || return 1
  if [ "$held" = "$3$tab$4$tab$audience$tab$5" ]; then return 0; fi
  if is_foreign "$held" "$5"; then
    echo "The federated credential $2 of application $1 was made for $made_for, and not for $5." >&2
    echo "Where nothing uses it any more, take it away and run this again:" >&2
    echo "  az ad app federated-credential delete --id $1 --federated-credential-id $2" >&2
    return 1
  fi
  says="\\"issuer\\":\\"$3\\",\\"subject\\":\\"$4\\",\\"audiences\\":[\\"$audience\\"],\\"description\\":\\"$5\\""
  if [ -n "$held" ]; then
    retry az ad app federated-credential update --id "$1" --federated-credential-id "$2" --output none --parameters "{$says}"
  else
    retry az ad app federated-credential create --id "$1" --output none --parameters "{\\"name\\":\\"$2\\",$says}"
  fi
}

# Ends the trust of an application ($1) in a pipeline: name ($2), where its tokens come from ($3). What somebody else made stays.
distrust() {
  held=$(credential "$1" "$2") || return 1
  if is_foreign "$held" "$3"; then echo "$2 stays: it was made for $made_for." >&2; return 0; fi
  others="$others && name!='$2'"
  if [ -n "$held" ]; then az ad app federated-credential delete --id "$1" --federated-credential-id "$2"; fi
}

# How many credentials of an application ($1) are not those that were taken back; a read may still show these.
left() {
  az ad app federated-credential list --id "$1" --query "[?$others] | length(@)" --output tsv
}`
  .split("\n")
  .slice(1);

/** One `trust` line per pipeline, with what its tokens come from; nothing is written where there is no room for all, and the advice is said. */
export function trustLines(client: string, trusts: readonly Trust[], advice: string): readonly string[] {
  const room = `room ${client} ${quote(advice)} ${trusts.map(({ name }) => quote(name)).join(" ")}`;
  const lines = trusts.flatMap(({ name, source, from }) => {
    const [issuer, subject] =
      source.kind === "known"
        ? [quote(source.issuer), quote(source.subject)]
        : [`"\${${source.issuerVariable}:-}"`, `"\${${source.subjectVariable}:-}"`];
    return [comment(from), `trust ${client} ${quote(name)} ${issuer} ${subject} ${quote(from)}`];
  });
  return [room, ...lines];
}

/** The same in reverse. Each step checks before it removes, so it can be repeated after an interruption at any point. */
export function distrustLines(client: string, trusts: readonly Trust[]): readonly string[] {
  return trusts.map(({ name, from }) => `retry distrust ${client} ${quote(name)} ${quote(from)}`);
}
