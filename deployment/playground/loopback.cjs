// Preloaded into the Playground (node --require): it serves and calls this computer only, and ends with its parent.
"use strict";

const net = require("node:net");

const LOOPBACK = "127.0.0.1";

function isLoopback(host) {
  if (host === undefined || host === null || host === "" || host === "localhost") return true;
  const address = String(host).toLowerCase().replace(/^::ffff:/, "");
  return address === "::1" || (net.isIPv4(address) && address.startsWith("127."));
}

// The forms of listen(): a handle or a path stays as it is; a port, alone or in an object, gets the loopback address.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (first !== null && typeof first === "object" && "port" in first) {
    args[0] = { ...first, host: LOOPBACK };
  } else if (/^\d+$/.test(String(first))) {
    if (typeof second === "string") args[1] = LOOPBACK;
    else if (second === undefined || second === null) args.splice(1, args.length > 1 ? 1 : 0, LOOPBACK);
    else args.splice(1, 0, LOOPBACK);
  } else if (first === undefined || first === null || typeof first === "function") {
    args.unshift(0, LOOPBACK);
  }
  return listen.apply(this, args);
};

// node's own callers pass one ready-made [options, callback] array; others pass (options), (port, host) or (path).
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const call = Array.isArray(args[0]) ? args[0] : args;
  const [first, second] = call;
  const host =
    first !== null && typeof first === "object" ? (first.path ? undefined : first.host) : typeof second === "string" ? second : undefined;
  if (isLoopback(host)) return connect.apply(this, args);
  const refusal = Object.assign(new Error(`The Playground may only call this computer, not ${host}`), {
    code: "ECONNREFUSED",
    address: host,
    syscall: "connect",
  });
  process.stderr.write(`refused: ${host}\n`);
  process.nextTick(() => this.destroy(refusal));
  return this;
};

// The parent holds the other end of stdin: when it is gone, however it ended, so is the Playground.
if (process.env.PLAYGROUND_ENDS_WITH_STDIN === "1") {
  process.stdin.on("end", () => process.exit(0));
  process.stdin.on("error", () => process.exit(0));
  process.stdin.resume();
}
