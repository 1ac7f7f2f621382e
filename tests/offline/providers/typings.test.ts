import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { azureNativeConfiguration } from "../../../offline/providers/azure-native/provider";
import { azureadConfiguration } from "../../../offline/providers/azuread/provider";
import type { Fields, Shape } from "../../../offline/providers/plugin/schema";
import {
  azureadFunctions,
  azureadResources,
  azureNativeFunctions,
  azureNativeResources,
} from "../../../offline/providers/registries";
import { sdkVersion } from "../../../offline/providers/sdk-versions";

// A busy machine decides nothing: what hangs is found all the same.

/** Every property path of a table of ours: `web.redirectUris`, with `[]` for lists left out. */
function pathsOf(fields: Fields, parent = ""): string[] {
  return Object.entries(fields).flatMap(([name, { shape }]) => {
    const path = parent === "" ? name : `${parent}.${name}`;
    return [path, ...innerPaths(shape, path)];
  });
}

function innerPaths(shape: Shape, path: string): string[] {
  if (shape.kind === "object") return pathsOf(shape.fields, path);
  return shape.kind === "list" || shape.kind === "set" ? innerPaths(shape.of, path) : [];
}

/** The published declarations of an SDK, with the compiler's knowledge of them. */
class Typings {
  private readonly program: ts.Program;
  private readonly checker: ts.TypeChecker;
  private readonly folder: string;

  constructor(packageName: string, files: readonly string[]) {
    this.folder = dirname(require.resolve(`@pulumi/${packageName}/package.json`));
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.CommonJS,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      skipLibCheck: true,
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
    };
    const host = ts.createCompilerHost(options);
    const readFile = host.readFile.bind(host);
    host.getSourceFile = (file, languageVersion) => {
      const text = readFile(file);
      return text === undefined ? undefined : ts.createSourceFile(file, shortened(file, text), languageVersion);
    };
    this.program = ts.createProgram(
      files.map((file) => join(this.folder, file)),
      options,
      host,
    );
    this.checker = this.program.getTypeChecker();
  }

  /** Type of a class or interface that a file declares. */
  typeOf(file: string, name: string): ts.Type {
    const source = this.program.getSourceFile(join(this.folder, file));
    const declared = source?.statements.find(
      (statement): statement is ts.ClassDeclaration | ts.InterfaceDeclaration =>
        (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) && statement.name?.text === name,
    );
    if (declared === undefined) throw new Error(`${file} declares no ${name}`);
    return this.checker.getTypeAtLocation(declared);
  }

  /** Whether the type has a property at the path, through outputs, inputs, optional and list types. */
  has(type: ts.Type, path: string): boolean {
    let types = [type];
    for (const name of path.split(".")) {
      const found = types
        .flatMap((candidate) => this.unwrapped(candidate))
        .flatMap((candidate) => candidate.getProperty(name) ?? []);
      if (found.length === 0) return false;
      types = found.map((symbol) => this.checker.getTypeOfSymbol(symbol));
    }
    return true;
  }

  /** The plain types inside unions, promises of outputs, and lists. */
  private unwrapped(type: ts.Type, depth = 0): ts.Type[] {
    if (depth > 8) return [];
    if (type.isUnion()) return type.types.flatMap((part) => this.unwrapped(part, depth + 1));
    const name = type.symbol?.name ?? type.aliasSymbol?.name;
    const args = this.checker.getTypeArguments(type as ts.TypeReference);
    if (
      (name === "Array" || name === "Promise" || name === "OutputInstance" || name === "ReadonlyArray") &&
      args[0] !== undefined
    ) {
      return this.unwrapped(args[0], depth + 1);
    }
    if (type.isIntersection()) return type.types.flatMap((part) => this.unwrapped(part, depth + 1));
    return [type];
  }
}

/** azure-native declares every service of Azure in two files of many megabytes: only the services of our types are read. */
function shortened(file: string, text: string): string {
  if (/azure-native\/types\/enums\/index\.d\.ts$/.test(file)) return "export {};";
  if (!/azure-native\/types\/(input|output)\.d\.ts$/.test(file)) return text;
  const parts = text.split(/^(?=export declare namespace )/m);
  return parts
    .filter((part, index) => index === 0 || /^export declare namespace (keyvault|authorization) /.test(part))
    .join("");
}

const modules = {
  azuread: (token: string) => {
    const name = token.split(":").at(-1) ?? "";
    return { file: `${name[0]?.toLowerCase()}${name.slice(1)}.d.ts`, name };
  },
  "azure-native": (token: string) => {
    const [, module, name = ""] = token.split(":");
    return { file: `${module}/${name[0]?.toLowerCase()}${name.slice(1)}.d.ts`, name };
  },
};
const registries = {
  azuread: { resources: azureadResources, functions: azureadFunctions, configuration: azureadConfiguration },
  "azure-native": {
    resources: azureNativeResources,
    functions: azureNativeFunctions,
    configuration: azureNativeConfiguration,
  },
};

describe.each(["azuread", "azure-native"] as const)("the stand-in for %s", (packageName) => {
  const { resources, functions, configuration } = registries[packageName];
  const place = modules[packageName];
  const tokens = [...resources.keys(), ...functions.keys()];
  const typings = new Typings(packageName, [...tokens.map((token) => place(token).file), "provider.d.ts"]);
  const missing = (type: ts.Type, paths: readonly string[]) => paths.filter((path) => !typings.has(type, path));

  it.each([...resources])("takes and answers only properties the SDK declares for %s", (token, type) => {
    const { file, name } = place(token);
    expect(missing(typings.typeOf(file, `${name}Args`), pathsOf(type.inputs))).toEqual([]);
    expect(missing(typings.typeOf(file, name), pathsOf(type.outputs))).toEqual([]);
  });

  it.each([...resources])("knows every property the SDK requires of %s", (token, type) => {
    const { file, name } = place(token);
    const required = typings
      .typeOf(file, `${name}Args`)
      .getProperties()
      .filter((property) => (property.flags & ts.SymbolFlags.Optional) === 0)
      .map((property) => property.name);
    expect(required.filter((property) => type.inputs[property]?.role !== "required")).toEqual([]);
  });

  it.each([...functions])("takes and answers only properties the SDK declares for %s", (token, type) => {
    const { file, name } = place(token);
    const pascal = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    if (Object.keys(type.inputs).length > 0)
      expect(missing(typings.typeOf(file, `${pascal}Args`), pathsOf(type.inputs))).toEqual([]);
    const result = typings.typeOf(file, `${pascal}Result`);
    expect(missing(result, pathsOf(type.outputs))).toEqual([]);
    // A program may use any of them, so all that the SDK promises must be answered.
    const promised = result
      .getProperties()
      .filter((property) => (property.flags & ts.SymbolFlags.Optional) === 0)
      .map((property) => property.name);
    expect(
      promised.filter((property) => type.outputs[property] === undefined && !notAnswered.has(`${token} ${property}`)),
    ).toEqual([]);
  });

  it("takes only provider configuration the SDK declares", () => {
    expect(missing(typings.typeOf("provider.d.ts", "ProviderArgs"), Object.keys(configuration))).toEqual([]);
  });

  it("has the version of the installed SDK", () => {
    const manifest = JSON.parse(readFileSync(require.resolve(`@pulumi/${packageName}/package.json`), "utf8"));
    expect(sdkVersion(packageName)).toBe(manifest.pulumi.version);
  });

  it("would notice a property the SDK does not declare", () => {
    const [token] = resources.keys();
    const { file, name } = place(token ?? "");
    expect(missing(typings.typeOf(file, name), ["nothingOfTheKind"])).toEqual(["nothingOfTheKind"]);
  });
});

/** What the stand-in leaves out of a look-up's answer. */
const notAnswered: ReadonlySet<string> = new Set([
  // Deprecated doubles of `featureTags`, and settings of SAML sign-on, which no part of this project reads.
  "azuread:index/getServicePrincipal:getServicePrincipal features",
  "azuread:index/getServicePrincipal:getServicePrincipal samlSingleSignOns",
]);
