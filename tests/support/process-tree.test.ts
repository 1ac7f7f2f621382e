import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { killTree, stillRunning } from "./process-tree";

// A child in a process group of its own, as the engine starts its plugins, and a grandchild; the root prints their ids.
const grandchild = "setInterval(() => {}, 1000)";
const child = `
const { spawn } = require("node:child_process");
console.log(spawn(process.execPath, ["-e", ${JSON.stringify(grandchild)}]).pid);
setInterval(() => {}, 1000);`;
const root = `
const { spawn } = require("node:child_process");
const child = spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { detached: true, stdio: ["ignore", "inherit", "inherit"] });
console.log(child.pid);
setInterval(() => {}, 1000);`;

it("kills a process with all it started, in whatever process group, and nothing else", async () => {
  const bystander = spawn(process.execPath, ["-e", grandchild], { stdio: "ignore" });
  const parent = spawn(process.execPath, ["-e", root], { stdio: ["ignore", "pipe", "inherit"] });
  const pids: number[] = [parent.pid as number];
  for await (const line of createInterface({ input: parent.stdout })) {
    pids.push(Number(line));
    if (pids.length === 3) break;
  }
  expect(stillRunning(pids)).toEqual(pids);
  expect([...killTree(pids[0] as number)].sort()).toEqual([...pids].sort());
  while (stillRunning(pids).length > 0) await new Promise((done) => setTimeout(done, 10));
  expect(stillRunning([bystander.pid as number])).toEqual([bystander.pid]);
  bystander.kill();
  await once(bystander, "exit");
});
