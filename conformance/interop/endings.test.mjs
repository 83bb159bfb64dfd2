// What a server says before an end is received before the end: every way to end, over every transport, by every
// published client.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { io } from "socket.io-client";
import ioV2 from "socket.io-client-v2";
import ioV3 from "socket.io-client-v3.1";
import ioV40 from "socket.io-client-v4.0";
import { startServer } from "./support/server.mjs";
import { next, upgraded } from "./support/wait.mjs";

const run = promisify(execFile);
const SCRIPT = new URL("support/endings.py", import.meta.url).pathname;
const ENDS = ["Disconnect", "CloseConn", "BreakConn", "Shutdown", "panic"];
const TRANSPORTS = [["polling"], ["websocket"], ["polling", "websocket"]];
const WORDS = [0, 1, 2, 3, 4];

/** The words that a JavaScript client hears until it is disconnected. */
async function javascript(connect, t, url, transports, how) {
	const socket = connect(url, { transports, forceNew: true, reconnection: false });
	t.after(() => socket.close());
	const words = [];
	socket.on("word", (word) => words.push(word));
	await next(socket, "connect");
	await upgraded(socket.io.engine, transports);
	const ended = next(socket, "disconnect");
	socket.emit("end", how);
	await ended;
	return words;
}

async function python(_t, url, transports, how) {
	const { stdout } = await run(process.env.PYTHON ?? "python3", [SCRIPT, url, transports.join(), how]);
	return JSON.parse(stdout).words;
}

const clients = {
	"socket.io-client 4": javascript.bind(null, io),
	"socket.io-client 4.0": javascript.bind(null, ioV40),
	"socket.io-client 3": javascript.bind(null, ioV3),
	"socket.io-client 2": javascript.bind(null, ioV2),
	"python-socketio": python,
};

for (const [name, hears] of Object.entries(clients)) {
	describe(`last words to ${name}`, () => {
		for (const transports of TRANSPORTS) {
			for (const how of ENDS) {
				test(`${how}, over ${transports.join(", then ")}`, async (t) => {
					const server = await startServer(t, "endings");
					assert.deepEqual(await hears(t, server.url, transports, how), WORDS);
				});
			}
		}
	});
}
