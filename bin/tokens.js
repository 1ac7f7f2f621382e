// What `partner-insights-access/tokens` loads. The package is its TypeScript sources, and Node strips no types below node_modules: so
// ours, and only ours, are loaded through the hook of the commands. It is taken away again, so that the sources of whoever asks for
// tokens stay with their own loader; nothing of ours is loaded later.
"use strict";
const before = require.extensions[".ts"];
require("./transpile.js");
const { createTokenSource, TokenError } = require("../tokens/index.ts");
if (before === undefined) delete require.extensions[".ts"];
else require.extensions[".ts"] = before;
// Named one by one: an `import` of this file sees the names that are written here.
module.exports = { createTokenSource, TokenError };
