import { isMapping } from "../../configuration/read-value";
import { readStackFile } from "../../configuration/stack-file";
import { type ConfigurationValues, projectName } from "../../configuration/values";
import { readYaml } from "../../configuration/yaml-text";

/** What the engine adds to a stack's values: the defaults that the text of `Pulumi.yaml` declares. */
export function projectDefaults(projectText: string): ConfigurationValues {
  const { value } = readYaml(projectText, "Pulumi.yaml");
  const declared = isMapping(value) && isMapping(value["config"]) ? Object.entries(value["config"]) : [];
  const defaults = declared.flatMap(([key, declaration]) =>
    isMapping(declaration) && declaration["default"] !== undefined
      ? [[key.includes(":") ? key : `${projectName}:${key}`, declaration["default"]] as const]
      : [],
  );
  // JSON is YAML: one reader decides how a value becomes the text a program receives.
  return readStackFile(JSON.stringify({ config: Object.fromEntries(defaults) }), "Pulumi.yaml").values;
}
