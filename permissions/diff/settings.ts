import type { AccessManifest, ManifestSetting } from "../manifest/manifest";
import type { Risk } from "../risk-levels";
import type { AccessChange } from "./change";
import { plainChange } from "./plain-change";

interface SettingRisk {
  readonly file: ManifestSetting["file"];
  readonly key: RegExp;
  readonly risk: Risk;
  readonly because: string;
}

const opensState =
  "anyone who can use this key can open the state, with both client secrets; one update re-encrypts it";
const runsCode = "it decides what code runs with the identities of this project, and this report was made without it";

/** The first that fits. */
const risks: readonly SettingRisk[] = [
  { file: "stack", key: /^secretsprovider$/i, risk: "critical", because: opensState },
  { file: "stack", key: /^encryptedkey$/i, risk: "critical", because: opensState },
  {
    file: "stack",
    key: /^encryptionsalt$/i,
    risk: "critical",
    because: "anyone who knows its passphrase can open the state, with both client secrets",
  },
  {
    file: "stack",
    key: /^environment$/i,
    risk: "critical",
    because: "an environment can set any configuration, variable and credential of a run, and no review shows which",
  },
  {
    file: "stack",
    key: /^\(file\)$/,
    risk: "critical",
    because: "the target of the link can change without a review",
  },
  {
    file: "stack",
    key: /:vault\.clientid$/i,
    risk: "high",
    because: "this identity writes every entry of the vault, and gives readers their roles",
  },
  {
    file: "stack",
    key: /:solo$/i,
    risk: "high",
    because:
      "it decides who acts: with solo, a person with the Azure CLI's sign-in, who owns the application and writes the vault; without it, the " +
      "pipeline's identities",
  },
  {
    file: "stack",
    key: /:vault\.resourcegroup$/i,
    risk: "high",
    because: "anyone with a role on the resource group can reach the vault in it",
  },
  {
    file: "stack",
    key: /^config\.pulumi:tags$/i,
    risk: "high",
    because: "Pulumi Cloud can decide by a stack's tags who may open it and what is run for it",
  },
  {
    file: "stack",
    key: /^config\.pulumi:autonaming$/i,
    risk: "medium",
    because: "it decides under which names new resources are created",
  },
  { file: "project", key: /^name$/i, risk: "critical", because: "under another name the engine uses another state" },
  {
    file: "project",
    key: /^backend(\.|$)/i,
    risk: "critical",
    because: "it decides where the state is kept, and therefore who can open it",
  },
  {
    file: "project",
    key: /^(stackconfigdir|config)$/i,
    risk: "critical",
    because: "the engine may then read other stack files than the ones that were reviewed",
  },
  { file: "project", key: /^(main|runtime|plugins|packages)(\.|$)/i, risk: "critical", because: runsCode },
  {
    file: "project",
    key: /^options(\.|$)/i,
    risk: "high",
    because: "it decides what the engine does before and beside an update",
  },
  {
    file: "project",
    key: /^config\./i,
    risk: "high",
    because: "it applies to every stack whose own file does not override it",
  },
  {
    file: "project",
    key: /^requiredpulumiversion$/i,
    risk: "medium",
    because: "another engine may interpret the program and its files differently",
  },
  {
    file: "project",
    key: /^(description|author|website|license|template)(\.|$)/i,
    risk: "low",
    because: "it is informational, and used for new projects",
  },
];

const places = { stack: "the stack file", project: "Pulumi.yaml" } as const;

/** What the files of a stack decide beside its program. A project that is on one side only is the same for every stack, and told elsewhere. */
export function fileSettingChanges(base: AccessManifest, head: AccessManifest): readonly AccessChange[] {
  const isWhole = [base, head].every(({ settings }) => settings.some(({ file }) => file === "project"));
  const keyed = ({ settings }: AccessManifest) => new Map(settings.map((it) => [`${it.file} ${it.key}`, it]));
  const [before, after] = [keyed(base), keyed(head)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((place) => {
    const [was, is] = [before.get(place), after.get(place)];
    const setting = is ?? was;
    if (setting === undefined || was?.value === is?.value) return [];
    return setting.file === "project" && !isWhole ? [] : [changeOf(setting, was?.value ?? null, is?.value ?? null)];
  });
}

/** Never "removed" or "narrowed": what the engine does without a setting may reach further than with it. */
function changeOf({ file, key }: ManifestSetting, before: string | null, after: string | null): AccessChange {
  const { risk, because } = risks.find((it) => it.file === file && it.key.test(key)) ?? {
    risk: "high",
    because: "the effect of this setting is not known",
  };
  const subject = { detail: `${key} of ${places[file]}` };
  return plainChange({ code: "setting", direction: "changed", subject, before, after, risk, because });
}
