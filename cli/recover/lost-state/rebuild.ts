import { firstInstant } from "../../../model/day";
import { programComponent } from "../../../model/program-component";
import type { RecordedSlot, SlotName } from "../../../rotation/record";

/** One resource of an exported state, as far as a rebuild reads and writes it. */
interface ExportedResource {
  readonly urn: string;
  readonly custom: boolean;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly additionalSecretOutputs?: readonly string[];
}

interface Exported {
  readonly deployment: { readonly resources?: readonly ExportedResource[] | null };
}

/** A resource the program declares and the state lacks, as a preview names it. */
export interface Missing {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

/** What the first update decided, and the vault and the tenant still tell. */
export interface RememberedDeployment {
  readonly id: string;
  readonly origin: string;
  readonly owners: readonly string[];
}

/** A client secret that lives: what a slot held, where, and its text. */
export interface LivingSecret {
  readonly slot: SlotName;
  readonly recorded: RecordedSlot;
  readonly applicationObjectId: string;
  readonly startDateTime: string;
  readonly text: string;
}

const STASH = "pulumi:index:Stash";
const PASSWORD = "azuread:index/applicationPassword:ApplicationPassword";
/** How the engine marks a secret in a state; in plain text it is encrypted when the state is imported. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** The deployment id a state remembers; undefined when no update got that far. */
export function rememberedDeployment(exported: string): string | undefined {
  return memoryIn(exported)?.id;
}

/** The owners that the first update decided: the identity that ran it. */
export function rememberedOwners(exported: string): readonly string[] {
  return memoryIn(exported)?.owners ?? [];
}

function memoryIn(exported: string): Partial<RememberedDeployment> | undefined {
  return resourcesOf(exported).find(isDeploymentMemory)?.outputs?.["output"] as
    | Partial<RememberedDeployment>
    | undefined;
}

/** Cloud resources in a state: a state without any is treated as lost. */
export function cloudResources(exported: string): readonly string[] {
  return resourcesOf(exported)
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
    .map(({ urn }) => urn);
}

/** The state with the deployment it belongs to: the program then knows the vault's entry for its own. */
export function withDeployment(exported: string, deployment: RememberedDeployment): string {
  return change(exported, (resources) =>
    resources.map((resource) =>
      isDeploymentMemory(resource)
        ? { ...resource, inputs: { input: deployment }, outputs: { input: deployment, output: deployment } }
        : resource,
    ),
  );
}

/**
 * The state with components, which are nothing but names, and the living secrets. A secret's text is returned only once, when it is minted,
 * so a provider cannot import one; the vault has it.
 */
export function withSecrets(exported: string, missing: readonly Missing[], secrets: readonly LivingSecret[]): string {
  const components = missing.filter(({ type }) => type.startsWith("partner-access:"));
  const passwords = missing.filter(({ type }) => type === PASSWORD);
  return change(exported, (resources) => {
    const all: ExportedResource[] = [...resources];
    for (const { urn, type } of components) all.push({ urn, custom: false, type, parent: parentOf(urn, all) });
    for (const declared of passwords) {
      const living = secrets.find(({ slot }) => declared.name.endsWith(`-secret-${slot}`));
      if (living !== undefined) all.push(passwordResource(declared, living, all));
    }
    return all;
  });
}

/**
 * The state with what Azure does not tell on an import: the texts of our entries, which the vault knows, and the API version,
 * which the SDK sets. Without them the next update would write the entries and the role assignments again.
 */
export function withUntoldInputs(
  exported: string,
  declared: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string {
  return change(exported, (resources) =>
    resources.map((resource) => {
      if (!resource.custom || !resource.type.startsWith("azure-native:")) return resource;
      const { inputs = {}, outputs = {} } = resource;
      const { azureApiVersion = outputs["azureApiVersion"], properties } = inputs;
      const told = declared[String(inputs["secretName"])];
      const isUntold = told !== undefined && (properties as { value?: unknown } | undefined)?.value === undefined;
      return {
        ...resource,
        inputs: {
          ...inputs,
          ...(azureApiVersion !== undefined && { azureApiVersion }),
          ...(isUntold && { properties: { ...(properties as object), ...told } }),
        },
      };
    }),
  );
}

/** A text that the engine encrypts when it takes the state. */
export function secretText(text: string): unknown {
  return { ...SECRET, plaintext: JSON.stringify(text) };
}

/** What `pulumi import --file` reads: ids only, never a property. */
export function importFile(exported: string, found: readonly (Missing & { readonly id: string })[]): string {
  const resources = resourcesOf(exported);
  const nameTable: Record<string, string> = {};
  const named = (urn: string): string => {
    // Only for this file; its own number keeps two alike apart.
    const known = Object.entries(nameTable).find(([, it]) => it === urn)?.[0];
    const name = known ?? `resource-${Object.keys(nameTable).length}`;
    nameTable[name] = urn;
    return name;
  };
  const specs = found.map(({ type, name, urn, id }) => ({
    type,
    name,
    id,
    parent: named(parentOf(urn, resources)),
    provider: named(providerOf(type, resources).urn),
  }));
  return JSON.stringify({ nameTable, resources: specs }, undefined, 2);
}

function passwordResource(
  { urn }: Missing,
  { recorded, applicationObjectId, startDateTime, text }: LivingSecret,
  resources: readonly ExportedResource[],
): ExportedResource {
  const { displayName, end, generation, keyId } = recorded;
  const inputs = {
    applicationId: `/applications/${applicationObjectId}`,
    displayName,
    endDate: firstInstant(end),
    rotateWhenChanged: { generation: String(generation) },
  };
  const provider = providerOf(PASSWORD, resources);
  return {
    urn,
    custom: true,
    type: PASSWORD,
    id: `${applicationObjectId}/password/${keyId}`,
    parent: parentOf(urn, resources),
    provider: `${provider.urn}::${provider.id}`,
    inputs: { __defaults: [], ...inputs },
    outputs: {
      ...inputs,
      keyId,
      startDate: startDateTime.replace(/\.\d+Z$/, "Z"),
      value: secretText(text),
    },
    additionalSecretOutputs: ["value"],
  };
}

/** The component whose type is in the resource's own URN; each type is there once. */
function parentOf(urn: string, resources: readonly ExportedResource[]): string {
  const types = urn.split("::").at(-2)?.split("$") ?? [];
  const parentType = types.at(-2) ?? "pulumi:pulumi:Stack";
  const parent = resources.find(({ type }) => type === parentType);
  if (parent === undefined) throw new Error(`the state has no ${parentType}, the parent of ${urn}`);
  return parent.urn;
}

/** The one explicit provider of a resource's package. */
function providerOf(type: string, resources: readonly ExportedResource[]): ExportedResource {
  const wanted = `pulumi:providers:${type.split(":")[0]}`;
  const provider = resources.find((resource) => resource.type === wanted && !resource.urn.includes("::default"));
  if (provider === undefined) throw new Error(`the state has no ${wanted}`);
  return provider;
}

function isDeploymentMemory({ type, urn }: ExportedResource): boolean {
  return type === STASH && urn.endsWith(`::${programComponent}-deployment`);
}

function resourcesOf(exported: string): readonly ExportedResource[] {
  return (JSON.parse(exported) as Exported).deployment.resources ?? [];
}

function change(
  exported: string,
  edit: (resources: readonly ExportedResource[]) => readonly ExportedResource[],
): string {
  const document = JSON.parse(exported) as Exported;
  const resources = edit(document.deployment.resources ?? []);
  return JSON.stringify({ ...document, deployment: { ...document.deployment, resources } });
}
