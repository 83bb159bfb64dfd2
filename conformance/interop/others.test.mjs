// Servers and clients of others, in Python and in Go, with ours. What our client asks for is in ../client.
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { startProcess, startServer } from "./support/server.mjs";

const run = promisify(execFile);
const at = (path) => new URL(path, import.meta.url).pathname;
const CLIENT = at("../../bin/conformance-client");
const ZISHANG = at("../../bin/conformance-zishang");
const PYTHON = process.env.PYTHON ?? "python3";
const TRANSPORTS = ["polling", "websocket", "polling,websocket"];

/** Servers, each with the checks that it cannot pass. */
const servers = {
	// It has no recovery and words of its own for an unknown namespace, and does not read long requests to their end.
	"python-socketio": { command: [PYTHON, [at("support/peer.py")]], without: "recovery,refusals,order" },
	// It drops the packet that says so when it closes a WebSocket.
	zishang520: { command: [ZISHANG, []], without: "the server ends it" },
};

for (const [name, { command, without }] of Object.entries(servers)) {
	describe(`the Go client with the server of ${name}`, () => {
		for (const transports of TRANSPORTS) {
			test(`over ${transports}`, async (t) => {
				const { url } = await startProcess(t, ...command);
				await run(CLIENT, ["-url", url, "-transports", transports, "-without", without]);
			});
		}
	});
}

/** Clients, each with the transports over which it is reliable. */
const clients = {
	"python-socketio": { command: [PYTHON, at("support/client.py")], over: TRANSPORTS },
	// Over polling alone, with any server, binary events of this client do not always arrive.
	zishang520: { command: [ZISHANG, "-url"], over: ["websocket", "polling,websocket"] },
};

for (const [name, { command, over }] of Object.entries(clients)) {
	describe(`the client of ${name} with our server`, () => {
		for (const transports of over) {
			test(`over ${transports}`, async (t) => {
				const { url } = await startServer(t, "socketio-client");
				const [program, ...args] = command;
				await run(program, [...args, url, "-transports", transports]);
			});
		}
	});
}
