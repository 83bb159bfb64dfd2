// Our Go client with the reference server. What is checked is in ../client.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { startProcess } from "./support/server.mjs";

const CLIENT = new URL("../../bin/conformance-client", import.meta.url).pathname;
const PEER = new URL("support/peer.mjs", import.meta.url).pathname;

for (const parser of ["json", "msgpack"]) {
	describe(`the Go client speaks ${parser} with the reference server`, () => {
		for (const transports of [
			"polling",
			"websocket",
			"webtransport",
			"polling,websocket",
			"polling,webtransport",
		]) {
			test(`over ${transports}`, async (t) => {
				const { url, second } = await startProcess(t, process.execPath, [PEER, parser]);
				const args = ["-url", url, "-streams", second, "-transports", transports, "-parser", parser];
				const client = spawn(CLIENT, args, { stdio: ["ignore", "inherit", "inherit"] });
				const [code] = await once(client, "exit");
				if (code !== 0) throw new Error(`the client ended with ${code}`);
			});
		}
	});
}
