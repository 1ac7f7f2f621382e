// The entry of the policy pack. An engine runs plugins without the program's options for Node, so the hook that transpiles is loaded here.

require("../bin/transpile.js");
require("./pack.ts");
