import type { CatalogApi } from "../catalog";
import { type AccessChange, diffManifests } from "../diff";
import type { AccessManifest } from "../manifest";
import { describeChange } from "../report";
import { riskLevels } from "../risk-levels";
import { besideTheManifest } from "./beside";
import type { DriftFinding, Touched } from "./finding";
import type { LiveDeployment } from "./live";
import { applicationName, liveManifest } from "./live-manifest";
import { touchedBy } from "./touched";

/** What a comparison may know beside the two sides. */
export interface DriftOptions {
  /** User principal name of whom the administrator assigns by hand: expected, though no program declares it. */
  readonly assignedByAdmin?: string | undefined;
  /** Who holds roles on entries by the word of the vault's owner, as `access-policy.yaml` says. Object ids, lower case. */
  readonly knownWriters?: readonly string[] | undefined;
  readonly apis?: readonly CatalogApi[] | undefined;
}

/** Plain access, without a role. */
const defaultAccess = "00000000-0000-0000-0000-000000000000";

/** Everything that is not as declared, the highest risk first. Only what was read is compared. */
export function driftOf(
  declared: AccessManifest,
  live: LiveDeployment,
  options: DriftOptions = {},
): readonly DriftFinding[] {
  const expected = withExpected(declared, options);
  const found = liveManifest(live, expected);
  const known = options.knownWriters ?? [];
  const vaultAccess = found.vaultAccess.filter(({ principal, name }) => name !== null || !known.includes(principal));
  const changes = diffManifests(expected, { ...found, vaultAccess }, { apis: options.apis });
  // A missing client secret is reported with its consequence.
  const told = changes.filter(({ code }) => code !== "credential" && code !== "credential-rule" && code !== "lifetime");
  return inOrder([...told.map(findingOf), ...besideTheManifest(live)]);
}

/** Whether an update that writes these resources would undo or repeat a manual change. */
export function isTouched(
  { touches }: DriftFinding,
  written: readonly { readonly type: string; readonly name: string }[],
) {
  const isWritten = ({ type, nameEndsWith }: Touched) =>
    written.some((it) => it.type === type && (nameEndsWith === null || it.name.endsWith(nameEndsWith)));
  return touches.some(isWritten);
}

function withExpected(declared: AccessManifest, { assignedByAdmin }: DriftOptions): AccessManifest {
  if (assignedByAdmin === undefined) return declared;
  const assignment = { application: applicationName(declared), role: defaultAccess, who: assignedByAdmin };
  return { ...declared, assignments: [...declared.assignments, assignment] };
}

const kinds: Readonly<Record<AccessChange["direction"], DriftFinding["kind"]>> = {
  added: "undeclared",
  removed: "missing",
  widened: "changed",
  narrowed: "changed",
  changed: "changed",
};

function findingOf(change: AccessChange): DriftFinding {
  const kind = kinds[change.direction];
  const { level, reasons } = change.risk;
  return {
    kind,
    code: change.code,
    message: describeChange(change),
    risk: level,
    reasons: kind === "missing" ? ["it is declared, but does not exist"] : reasons,
    touches: touchedBy(change),
  };
}

function inOrder(findings: readonly DriftFinding[]): readonly DriftFinding[] {
  const rank = ({ risk }: DriftFinding) => riskLevels.indexOf(risk);
  const text = ({ kind, code, message }: DriftFinding) => JSON.stringify([kind, code, message]);
  return [...findings].sort((one, other) => rank(other) - rank(one) || (text(one) < text(other) ? -1 : 1));
}
