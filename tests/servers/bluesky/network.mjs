// Starts a Bluesky network and prints its addresses as one line of JSON when it is up.
// Its packages come from the folder that it is started in.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const packages = createRequire(`${process.cwd()}/`);
const { TestNetwork } = await import(pathToFileURL(packages.resolve("@atproto/dev-env")));

const network = await TestNetwork.create({ dbPostgresSchema: "siaga" });
console.log(JSON.stringify({ pds: network.pds.port, appview: network.bsky.port }));
