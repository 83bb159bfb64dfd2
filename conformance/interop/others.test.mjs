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

const POLLING = ["polling", "polling,websocket"];

/** Servers, each with the checks that it cannot pass, and over which transports. */
const servers = {
	"python-socketio": {
		command: [PYTHON, [at("support/peer.py")]],
		without: {
			recovery: TRANSPORTS, // it has none: no connect packet of its has a "pid"
			"words for an unknown namespace": TRANSPORTS, // "Unable to connect", in socketio/asyncio_server.py
			// engineio/asyncio_socket.py takes what one read of a POST's body returns, which is
			// what has arrived, for all of it.
			"long messages": POLLING,
		},
	},
	zishang520: {
		command: [ZISHANG, []],
		// DoClose of transports/websocket.go closes the connection without its queue, in which the packet
		// that says so waits for a goroutine: a trace ends with the client's event and the end of the stream. Over
		// polling, send of transports/polling.go ends the session before it writes what it ends with, and where
		// that goroutine is slow, the poll is answered without it.
		without: { "the server ends the connection": TRANSPORTS },
	},
};

for (const [name, { command, without }] of Object.entries(servers)) {
	describe(`the Go client with the server of ${name}`, () => {
		for (const transports of TRANSPORTS) {
			test(`over ${transports}`, async (t) => {
				const { url } = await startProcess(t, ...command);
				await run(CLIENT, ["-url", url, "-transports", transports, "-without", missing(without, transports)]);
			});
		}
	});
}

/** Clients, each with the checks that it cannot pass, and over which transports. */
const clients = {
	"python-socketio": { command: [PYTHON, at("support/client.py")] },
	zishang520: {
		command: [ZISHANG, "-url"],
		// Its POSTs wait for the GET that is under way (writeQueue in polling.go). A trace: the packet with the
		// placeholder leaves alone; the attachment and the answer to a ping follow behind the next GET, for which
		// no server has anything to say, until the missing answer ends the session.
		without: { "bytes from the client": ["polling"] },
	},
};

for (const [name, { command, without }] of Object.entries(clients)) {
	// At once: over polling, zishang520's client mostly waits for pings.
	describe(`the client of ${name} with our server`, { concurrency: true }, () => {
		for (const transports of TRANSPORTS) {
			test(`over ${transports}`, async (t) => {
				const { url } = await startServer(t, "socketio-client");
				const [program, ...args] = command;
				const leaveOut = without ? ["-without", missing(without, transports)] : [];
				await run(program, [...args, url, "-transports", transports, ...leaveOut]);
			});
		}
	});
}

/** The checks that cannot be passed over some transports. */
function missing(without, transports) {
	return Object.keys(without)
		.filter((check) => without[check].includes(transports))
		.join(",");
}
