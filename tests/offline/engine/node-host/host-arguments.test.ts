import { readHostArguments } from "../../../../offline/engine/node-host/host-arguments";
import { isLoopback } from "../../../../offline/engine/node-host/loopback";

it.each([
  [["127.0.0.1:1"], { engine: "127.0.0.1:1" }],
  [["--logtostderr", "-v=9", "--tracing", "http://t", "127.0.0.1:1"], { engine: "127.0.0.1:1", tracing: "http://t" }],
  [["-tracing=file:/a=b", "127.0.0.1:1"], { engine: "127.0.0.1:1", tracing: "file:/a=b" }],
  [["-version"], { version: true }],
  [["--runtime", "bun", "127.0.0.1:1"], { engine: "127.0.0.1:1", runtime: "bun" }],
  [[], {}],
])("reads %j as the engine means it", (argv, expected) => {
  expect(readHostArguments(argv)).toEqual({ version: false, runtime: "nodejs", tracing: "", engine: "", ...expected });
});

it.each([
  ["127.0.0.1:4711", true],
  ["127.9.9.9:1", true],
  ["[::1]:80", true],
  ["localhost:80", true],
  ["10.0.0.1:80", false],
  ["127.0.0.1.example.com:80", false],
  ["localhost.example.com:80", false],
  ["[::ffff:10.0.0.1]:80", false],
  ["0.0.0.0:80", false],
  ["127.0.0.1", false],
  ["unix:/tmp/socket", false],
  ["dns://8.8.8.8/localhost:80", false],
])("%s is on this machine: %s", (address, answer) => {
  expect(isLoopback(address)).toBe(answer);
});
