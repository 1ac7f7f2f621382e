import { declareCommand, type OptionsOf } from "../shared/command";
import { json, requiredText, text } from "../shared/options";

const options = {
  stack: requiredText("-s, --stack <name>", "the stack whose tenant has the API"),
  api: text("--api <clientId>", "client id of the API to add or refresh"),
  json,
};

export type CatalogCommandOptions = OptionsOf<typeof options>;

export const catalogCommand = declareCommand({
  name: "catalog",
  arguments: [{ name: "[action]", description: "refresh, the only action" }],
  summary: "add an API to what stacks may ask for",
  description:
    "catalog refresh reads what an API's service principal publishes in the stack's tenant (permissions, ids, texts) and writes it into " +
    "api-catalog.yaml, which stack files, the access policy and reviews then use. Ratings that people wrote are kept while the " +
    "permission is the same; a permission without a rating counts as high. Without --api it refreshes what was added before.",
  options,
  examples: [
    "partner-access catalog refresh -s contoso --api 00000002-0000-0ff1-ce00-000000000000",
    "partner-access catalog refresh -s contoso --json",
  ],
  load: async () => (await import("./run")).runCatalog,
});
