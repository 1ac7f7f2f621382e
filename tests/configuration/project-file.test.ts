import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { defaultPermissions } from "../../configuration/defaults";
import { fieldWords } from "../../configuration/fields";
import { readProjectFile } from "../../configuration/project-file";
import { policySchema, sectionSchemas } from "../../configuration/schemas";
import { usualProjectName } from "../../configuration/values";
import { readYaml } from "../../configuration/yaml-text";

interface Declared {
  readonly type: string;
  readonly items?: { readonly type: string };
  readonly default?: unknown;
  readonly description?: string;
}

const root = resolve(__dirname, "../..");
const project = readYaml(readFileSync(join(root, "Pulumi.yaml"), "utf8"), "Pulumi.yaml").value as {
  readonly name: string;
  readonly main?: string;
  readonly requiredPulumiVersion: string;
  readonly runtime: unknown;
  readonly config: Readonly<Record<string, Declared>>;
};
const declared = Object.entries(project.config);

/** The fields of a section, looked up through what wraps them. */
function fieldsOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodArray) return fieldsOf(schema.element as z.ZodType);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

describe("Pulumi.yaml", () => {
  it("declares exactly the keys that are read", () => {
    expect(declared.map(([key]) => key).sort()).toEqual(Object.keys(sectionSchemas).sort());
    expect(project.name).toBe(usualProjectName);
  });

  it("declares each key with the type that is read", () => {
    const read = Object.entries(sectionSchemas).map(([key, schema]) => {
      if (schema instanceof z.ZodArray) return [key, "array"];
      if (schema instanceof z.ZodDefault && schema.unwrap() instanceof z.ZodBoolean) return [key, "boolean"];
      return [key, schema instanceof z.ZodObject ? "object" : "string"];
    });
    expect(Object.fromEntries(declared.map(([key, { type }]) => [key, type]))).toEqual(Object.fromEntries(read));
    expect(project.config["permissions"]?.items).toEqual({ type: "object" });
  });

  it("requires the tenant only: the engine takes a declared key without a default for required", () => {
    expect(
      declared.filter(([, { default: value }]) => value === undefined || value === null).map(([key]) => key),
    ).toEqual(["tenant"]);
  });

  it("gives the defaults that stand without Pulumi", () => {
    const { everyDays, overlapDays, lifetimeDays } = sectionSchemas.rotation.parse({});
    expect(project.config["rotation"]?.default).toEqual({ everyDays, overlapDays, lifetimeDays });
    expect(project.config["permissions"]?.default).toEqual(defaultPermissions);
    expect(project.config["consent"]?.default).toEqual({ kind: "user" });
  });

  it("describes every key in a sentence that names all its fields", () => {
    const silent = Object.entries(sectionSchemas).flatMap(([key, schema]) => {
      const description = project.config[key]?.description ?? "";
      const unnamed = fieldsOf(schema).filter((field) => !new RegExp(`\\b${field}\\b`).test(description));
      return [...(/^[A-Z].*\.$/s.test(description) ? [] : [key]), ...unnamed.map((field) => `${key}.${field}`)];
    });
    expect(silent).toEqual([]);
  });

  it("runs the sources without type checks, with an engine that has what the program uses", () => {
    expect(project.runtime).toEqual({
      name: "nodejs",
      options: {
        typescript: false,
        nodeargs: "-r ./bin/transpile.js -r ./bin/quick-start.js",
        packagemanager: "npm",
      },
    });
    expect(existsSync(join(root, "bin/transpile.js"))).toBe(true);
    expect(existsSync(join(root, "bin/quick-start.js"))).toBe(true);
    expect(project.requiredPulumiVersion).toBe(">=3.259.0");
    expect(project.main).toBe("index.ts");
  });
});

describe("the defaults of Pulumi.yaml", () => {
  it("are texts as the engine hands them to a program, declared in full or in short", () => {
    const text = `
name: ${usualProjectName}
config:
  tenant: { type: object }
  rotation:
    default:
      everyDays: 90
  migrate: moved
  permissions: [a]
  azuread:tenantId:
    value: x
  consent: { value: 1, default: 2 }
`;
    expect(readProjectFile(text)).toEqual({
      name: usualProjectName,
      main: ".",
      problems: [],
      defaults: {
        "partner-insights-access:rotation": '{"everyDays":90}',
        "partner-insights-access:migrate": "moved",
        "partner-insights-access:permissions": '["a"]',
        "azuread:tenantId": "x",
        "partner-insights-access:consent": "2",
      },
    });
  });
});

describe("every field", () => {
  it("has words for its errors", () => {
    const wordless: string[] = [];
    const visit = (schema: z.ZodType, path: string): void => {
      if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) visit(schema.unwrap() as z.ZodType, path);
      else if (schema instanceof z.ZodArray) visit(schema.element as z.ZodType, `${path}[]`);
      else if (schema instanceof z.ZodObject) {
        for (const [key, part] of Object.entries(schema.shape)) visit(part as z.ZodType, `${path}.${key}`);
      } else if (fieldWords.get(schema) === undefined) wordless.push(path);
    };
    for (const [key, schema] of Object.entries(sectionSchemas)) visit(schema, key);
    visit(policySchema, "policy");
    expect(wordless).toEqual([]);
  });
});
