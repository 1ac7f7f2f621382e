import { resolve } from "node:path";
import { findDrift } from "../../../cli/drift/drift-stack";
import { declaredManifest } from "../../../cli/review/declared";
import { openTenant } from "../../../cli/shared/tenant";
import { currentContext } from "../../../cli/shared/wiring";

interface Call {
  readonly service: string;
  readonly method: string;
  readonly path: string;
}

/** Lets each call that a look makes fail once, one look at a time, and tells which failures a look did not notice. */
async function main(): Promise<void> {
  const context = { ...currentContext(), projectDirectory: resolve(__dirname, "../../..") };
  const control = async (method: string, name: string, body?: unknown) => {
    const address = `https://${context.env["ARM_METADATA_HOSTNAME"]}/_emulator/${name}`;
    const answer = await fetch(address, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { "content-type": "application/json" },
    });
    return (await answer.json()) as Call[];
  };
  const declared = await declaredManifest(["dev"], context)("dev");
  const look = async () => findDrift(await openTenant("dev", context), declared, context);
  const before = (await control("GET", "journal")).length;
  if ((await look())?.length !== 0) throw new Error("the first look must find nothing");
  const calls = (await control("GET", "journal")).slice(before);
  const looks = calls.filter(({ service, method }) => method === "GET" && !["entra", "metadata"].includes(service));
  const paths = [...new Set(looks.map(({ path }) => path))];
  const unnoticed: string[] = [];
  for (const path of paths) {
    const fault = {
      path,
      method: "GET",
      when: "before",
      action: "status",
      status: 403,
      body: { error: { code: "Forbidden", message: "no" } },
    };
    await control("POST", "faults", [fault]);
    await look().then(
      () => unnoticed.push(path),
      () => undefined,
    );
  }
  await control("POST", "faults", []);
  process.stdout.write(JSON.stringify({ paths, unnoticed }));
}

void main();
