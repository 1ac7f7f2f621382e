import { z } from "zod";
import { anyStack, commandLine } from "../model/command-line";
import { type CatalogApi, catalog, findApi } from "../permissions/catalog";
import { riskLevels } from "../permissions/risk-levels";
import type { Problem } from "./problem";
import { readYaml } from "./yaml-text";

/** The file with APIs beyond the built-in catalog; one per project, written by `partner-access catalog refresh`. */
export const catalogFileName = "api-catalog.yaml";

const guid = z.guid().toLowerCase();
const line = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, "must be one line of visible text");
const permission = z
  .strictObject({
    name: line(120),
    id: guid,
    kind: z.enum(["delegated", "application"]),
    lets: line(400),
    adminConsent: z.boolean(),
    risk: z.enum(riskLevels).optional(),
    riskReason: line(300).optional(),
  })
  .refine(({ risk, riskReason }) => (risk === undefined) === (riskReason === undefined), {
    message: "risk and riskReason go together: a rating needs its reason, in a person's words",
  });
const fileSchema = z.strictObject({
  apis: z
    .array(z.strictObject({ name: line(120), clientId: guid, permissions: z.array(permission).max(2000) }))
    .max(100)
    .default([]),
});

/** The content of the file as it is written. */
export type CatalogFile = z.infer<typeof fileSchema>;

/** Every API that may be named, and what is wrong with the file. A file with a mistake adds nothing. */
export interface CatalogReading {
  readonly apis: readonly CatalogApi[];
  readonly added: CatalogFile["apis"];
  readonly problems: readonly Problem[];
}

/** A permission without a rating is high, and its reason says so. */
const unrated = { risk: "high", riskReason: "it has no rating yet: add risk and riskReason" } as const;

/** Reads the text of `api-catalog.yaml`. Without a file there is the built-in catalog alone. */
export function readCatalogFile(text: string | undefined): CatalogReading {
  if (text === undefined) return { apis: catalog, added: [], problems: [] };
  const { value, problems: invalid } = readYaml(text, catalogFileName);
  if (invalid.length > 0) return { apis: catalog, added: [], problems: invalid };
  const read = fileSchema.safeParse(value ?? {});
  const problems = read.success ? takenNames(read.data) : read.error.issues.map(issueProblem);
  if (!read.success || problems.length > 0) return { apis: catalog, added: [], problems };
  return { apis: [...catalog, ...read.data.apis.map(catalogApi)], added: read.data.apis, problems: [] };
}

function catalogApi({ name, clientId, permissions }: CatalogFile["apis"][number]): CatalogApi {
  return {
    name,
    clientId,
    aliases: [],
    description: "Added from what its principal publishes in a tenant.",
    cloudNotes: "Read in one tenant; other clouds were not checked.",
    permissions: permissions.map(({ risk, riskReason, ...it }) => ({
      ...it,
      ...(risk === undefined || riskReason === undefined ? unrated : { risk, riskReason }),
    })),
  };
}

/** A name or id of the built-in catalog, or one that stands twice, would decide by the order of the lists. */
function takenNames({ apis }: CatalogFile): readonly Problem[] {
  return apis.flatMap(({ name, clientId }, index): readonly Problem[] => {
    const earlier = apis.slice(0, index);
    const isTaken = [name, clientId].some(
      (it) => findApi(it) !== undefined || earlier.some((other) => [other.name, other.clientId].includes(it)),
    );
    return isTaken
      ? [problemAt(`apis[${index}]`, "has a name or client id that another API has", "rename or remove it")]
      : [];
  });
}

function issueProblem({ path, message }: z.core.$ZodIssue): Problem {
  return problemAt(
    path.join("."),
    message,
    `add only risk and riskReason, and let this write the rest: ${commandLine("catalog", "refresh", "-s", anyStack)}`,
  );
}

function problemAt(path: string, message: string, fix: string): Problem {
  return {
    path: `${catalogFileName}: ${path || "the file"}`,
    message,
    received: undefined,
    allowed: "what the refresh writes",
    fix,
  };
}
