// Preloaded into a process that runs a revision's program for a review: no network, no other processes, no environment,
// and the same time on every machine. A program that needs one of them fails, and the review says that it cannot tell.
"use strict";

/** 2026-01-01 was a Thursday; the day itself means nothing, only that it is always the same. */
const reviewTime = Date.parse("2026-01-01T00:00:00Z");

function refuse(what) {
  return function refused() {
    throw Object.assign(new Error(`a review has no ${what}`), { code: "ERR_REVIEW_REFUSED" });
  };
}

const network = refuse("network");
// Every TCP, TLS, HTTP, HTTP/2 and fetch connection of Node goes through `Socket.connect`. One is left: Pulumi's SDK calls
// a server of its own in this same process before it declares a hook.
const net = require("node:net");
const own = "127.0.0.1";
const ownPorts = new Set();
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function listenHere(...args) {
  this.once("listening", () => ownPorts.add(Number(this.address()?.port)));
  return listen.apply(this, args);
};
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function connectHere(...args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const { host, port } = typeof first === "object" && first !== null ? first : { host: second, port: first };
  return host === own && ownPorts.has(Number(port)) ? connect.apply(this, args) : network();
};
const datagram = require("node:dgram").Socket.prototype;
for (const name of ["bind", "connect", "send"]) datagram[name] = network;
const dns = require("node:dns");
const { lookup } = dns;
for (const api of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(api)) {
    if (/^(lookup|resolve|reverse)/.test(name) && typeof api[name] === "function") api[name] = network;
  }
}
dns.lookup = (name, ...rest) => (name === own ? lookup(name, ...rest) : network());
globalThis.fetch = network;
globalThis.WebSocket = network;

const processes = require("node:child_process");
for (const name of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]) {
  processes[name] = refuse("other processes");
}
require("node:worker_threads").Worker = refuse("other threads");

// A system adds names of its own (macOS, Windows) even to an empty environment.
for (const name of Object.keys(process.env)) delete process.env[name];

globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length === 0 ? [reviewTime] : args));
  }
  static now() {
    return reviewTime;
  }
};
