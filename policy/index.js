// The entry of the policy pack. The repository holds its sources, which the hook transpiles (an engine runs plugins without the program's
// options for Node); the published package holds the build only.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

if (existsSync(join(__dirname, "pack.ts"))) {
  require("../bin/transpile.js");
  require("./pack.ts");
} else {
  require("../dist/policy.js");
}
