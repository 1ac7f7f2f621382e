import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { z } from "zod";
import { commands } from "../../cli/commands";
import { sectionSchemas } from "../../configuration/schemas";
import { read, root, tableAfter } from "./markdown";

const marks = /(<!-- commands[^>]*-->\n)([\s\S]*?)(<!-- \/commands -->)/;

/** The table of commands, from the declarations that make help and parser. */
function commandTable(): string {
  const rows = commands.map(({ name, summary, options, arguments: positional = [] }) => {
    const flags = options.filter(({ isHidden }) => isHidden !== true).map(({ flags: text }) => `\`${text}\``);
    const call = [name, ...positional.map((argument) => argument.name)].join(" ");
    return `| \`${call}\` | ${summary} | ${flags.join(" ")} |`;
  });
  return ["| Command | Does | Options |", "|---|---|---|", ...rows, ""].join("\n").replaceAll("||", "|");
}

interface Field {
  readonly path: string;
  /** The schema's default, as YAML shows it; undefined when there is none. */
  readonly fallback: string | undefined;
  readonly isOptional: boolean;
}

/** Every field of a stack file, from the schemas that check it. */
function fields(): readonly Field[] {
  return Object.entries(sectionSchemas).flatMap(([section, schema]): readonly Field[] => {
    const { type } = schema.def;
    if (type === "object") return shapeFields(section, (schema as unknown as z.ZodObject).shape);
    if (type === "array") {
      const { element } = schema as unknown as z.ZodArray<z.ZodObject>;
      return shapeFields(`${section}[]`, element.shape);
    }
    return [{ path: section, fallback: undefined, isOptional: true }];
  });
}

function shapeFields(prefix: string, shape: Record<string, unknown>): readonly Field[] {
  return Object.entries(shape).map(([name, schema]) => {
    const { type, defaultValue } = (schema as z.ZodDefault).def as { type: string; defaultValue?: unknown };
    return {
      path: `${prefix}.${name}`,
      fallback: type === "default" ? (Array.isArray(defaultValue) ? "[]" : String(defaultValue)) : undefined,
      isOptional: type === "optional",
    };
  });
}

const rows = () => tableAfter("README.md", "Field");
const bare = (cell: string | undefined) => (cell ?? "").replaceAll("`", "");

describe("the README", () => {
  it("lists every command with its options, as the declarations say", () => {
    if (process.env["GOLDEN"] === "approve") {
      const file = join(root, "README.md");
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace(marks, (_, open, __, close) => open + commandTable() + close),
      );
    }
    expect(marks.exec(read("README.md"))?.[2]).toBe(commandTable());
  });

  it("lists every field of a stack file, in the order of the schemas", () => {
    expect(rows().map(([field]) => bare(field))).toEqual(fields().map(({ path }) => path));
  });

  it("gives each field the default the schema gives it, and calls required what has none", () => {
    for (const { path, fallback, isOptional } of fields()) {
      const written = bare(rows().find(([field]) => bare(field) === path)?.[1]);
      if (fallback !== undefined) expect([path, written]).toEqual([path, fallback]);
      else if (isOptional) expect([path, written]).not.toEqual([path, "required"]);
      // A mapping that may be left out as a whole says when its fields are needed.
      else if (/^(consent|reportingUser)\./.test(path)) expect([path, written]).not.toEqual([path, ""]);
      else expect([path, written]).toEqual([path, "required"]);
    }
  });

  it("knows the keys that Pulumi.yaml declares, and no others", () => {
    const declared = Object.keys((parse(read("Pulumi.yaml")) as { config: object }).config);
    expect(Object.keys(sectionSchemas)).toEqual(declared);
    expect([...new Set(rows().map(([field]) => bare(field).split(/[.[]/)[0]))]).toEqual(declared);
  });

  it("names the two commands of the first minute, as .ci/run runs them", () => {
    const first = /```sh\n([\s\S]*?)```/.exec(read("README.md"))?.[1] ?? "";
    expect(first.trim().split(/\n| && /)).toEqual(["npm ci", "npm start", "npm test"]);
    for (const command of ["npm ci", "npm start", "npm test"]) expect(read(".ci/run")).toContain(command);
  });
});
