#!/usr/bin/env node
"use strict";
const [major] = process.versions.node.split(".").map(Number);
if (major < 22) {
  // An older system Node still starts the README's two commands: `npm run` uses the Node that `npm ci` installed.
  const { existsSync } = require("node:fs");
  const { join } = require("node:path");
  const bundled = join(__dirname, "..", "node_modules", ".bin", "node");
  if (!existsSync(bundled) || process.env.PARTNER_ACCESS_NODE === bundled) {
    process.stderr.write(
      `partner-access needs Node 22 or later, this is ${process.version}. Run "npm ci" first, or use a newer Node.\n`,
    );
    process.exit(2);
  }
  const { spawn } = require("node:child_process");
  const run = spawn(bundled, [__filename, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, PARTNER_ACCESS_NODE: bundled },
  });
  // Whoever ends this process means the command, which would otherwise run on alone.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => run.kill(name));
  run.on("close", (code) => process.exit(code ?? 2));
} else {
  require("./transpile.js");
  void require("../cli/main.ts").start();
}
