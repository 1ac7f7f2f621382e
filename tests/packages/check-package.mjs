// What publint and "are the types wrong" have to say about a package, as JSON: arguments are its tarball and its folder. A process of
// its own, because both are ES modules, which the test runner does not load.
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const [tarball, folder] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
const { messages } = await publint({ pkgDir: folder, level: "suggestion", strict: true, pack: false });
const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
process.stdout.write(
  JSON.stringify({
    publint: messages.map((message) => formatMessage(message, manifest, { color: false })),
    hasTypes: analysis.types !== false,
    // `node10` knows no `exports`, and no Node that these packages run on resolves like it. A preload is never imported.
    types: analysis.problems.filter(
      ({ resolutionKind, entrypoint }) => resolutionKind !== "node10" && entrypoint !== "./quick-start",
    ),
    entrypoints: Object.keys(analysis.entrypoints ?? {}),
  }),
);
