// Preloaded into the Bluesky network: it listens on loopback only, and looks up no name but localhost.
"use strict";

const dns = require("node:dns");
const net = require("node:net");

const LOOPBACK = "127.0.0.1";

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (typeof first === "object" && first !== null && "port" in first) {
    args[0] = { ...first, host: LOOPBACK };
  } else if (typeof first === "number" || first === undefined) {
    if (typeof second === "string") args[1] = LOOPBACK;
    else args.splice(1, 0, LOOPBACK);
    args[0] = first ?? 0;
  }
  return listen.apply(this, args);
};

const lookup = dns.lookup;
dns.lookup = function (host, options, done) {
  if (host === "localhost" || net.isIP(host)) return lookup.call(dns, host, options, done);
  const answer = typeof options === "function" ? options : done;
  const refused = Object.assign(new Error(`not looked up in a test: ${host}`), { code: "ENOTFOUND" });
  process.nextTick(answer, refused);
};
