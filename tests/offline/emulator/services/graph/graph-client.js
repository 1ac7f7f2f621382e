// Run as a process of its own, because trust in the emulator's certificate comes from the environment at start.
"use strict";
const { Client, PageIterator } = require("@microsoft/microsoft-graph-client");

const origin = `https://${process.env.ARM_METADATA_HOSTNAME}`;
const client = Client.init({
  baseUrl: `${origin}/`,
  customHosts: new Set([new URL(origin).hostname]),
  authProvider: (done) => done(null, process.env.GRAPH_TOKEN),
});

async function failure(call) {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error;
  }
}

async function main() {
  const created = await client.api("/applications").post({ displayName: "from the client" });
  let paged = 0;
  const first = await client
    .api("/applications")
    .filter("startsWith(displayName,'page ')")
    .top(5)
    .select(["displayName"])
    .get();
  await new PageIterator(client, first, () => ++paged > 0).iterate();
  const empty = await client.api(`/applications/${created.id}`).patch({ displayName: "renamed" });
  if (empty !== undefined) throw new Error("an empty answer was not empty");
  const { displayName: renamed } = await client.api(`/applications/${created.id}`).select("displayName").get();
  await client.api(`/applications/${created.id}`).delete();
  const missing = await failure(client.api(`/applications/${created.id}`).get());
  const refused = await failure(client.api("/applications").post({ displayName: "a", signInAudience: "Everyone" }));
  return {
    created: created.displayName,
    paged,
    renamed,
    missing: { statusCode: missing.statusCode, code: missing.code, hasRequestId: missing.requestId !== null },
    refused: { statusCode: refused.statusCode, code: refused.code, details: JSON.parse(refused.body).details.length },
  };
}

main().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error) => {
    process.stderr.write(`${error.stack ?? error}\n`);
    process.exitCode = 1;
  },
);
