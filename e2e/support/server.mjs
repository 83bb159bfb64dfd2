// The server under test: the real binary, on a port of its own, with a folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { atEnd } from "./cleanup.mjs";

const BINARY = new URL("../../bin/caucus", import.meta.url).pathname;

/**
 * A port on which nobody listens, below those that the system gives to connections and to listeners that leave it the
 * choice: one of those could have it while a server is away, and a server that is restarted must come back.
 */
async function freePort() {
	for (;;) {
		const port = 10_000 + Math.floor(20_000 * Math.random());
		const probe = createServer().listen(port, "127.0.0.1");
		const free = await once(probe, "listening").then(
			() => true,
			() => false,
		);
		if (!free) continue;
		probe.close();
		await once(probe, "close");
		return port;
	}
}

/**
 * Starts a server and registers its end with `scope`: a test, or the module node:test for a whole file.
 * @param {{args?: string[]}} [options] more flags for the binary
 */
export async function startServer(scope, { args = [] } = {}) {
	const data = await mkdtemp(join(tmpdir(), "caucus-e2e-"));
	const port = await freePort();
	const metricsPort = await freePort();
	const server = new Server(port, data, ["-metrics-addr", `127.0.0.1:${metricsPort}`, ...args]);
	server.metricsURL = `http://127.0.0.1:${metricsPort}/metrics`;
	atEnd(scope, async () => {
		await server.stop();
		await rm(data, { recursive: true, force: true });
	});
	await server.start();
	return server;
}

class Server {
	#process;
	/** Everything the server wrote, over all its lives. */
	log = "";

	constructor(port, data, args) {
		this.port = port;
		this.data = data;
		this.args = args;
		this.url = `http://127.0.0.1:${port}`;
	}

	/** Starts the binary and waits until it says that it is ready. */
	async start() {
		const child = spawn(BINARY, ["-addr", `127.0.0.1:${this.port}`, "-data", this.data, ...this.args], {
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.#process = child;
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text) => {
				this.log += text;
			});
		}
		const early = new Promise((_, reject) =>
			child.once("exit", (code, signal) =>
				reject(new Error(`the server ended (${code ?? signal}):\n${this.log}`)),
			),
		);
		early.catch(() => {}); // an end after the start is for stop to tell
		await Promise.race([early, this.#ready()]);
	}

	async #ready() {
		for (;;) {
			try {
				if ((await fetch(`${this.url}/readyz`)).ok) return;
			} catch {
				// not listening yet
			}
			await setTimeout(20); // it needs the processor more
		}
	}

	/** Ends the server with `signal` and waits until it is gone. A server that ended before is a failure. */
	async stop(signal = "SIGTERM") {
		const child = this.#process;
		if (!child) return;
		this.#process = undefined;
		const ended = child.exitCode ?? child.signalCode;
		if (ended !== null) throw new Error(`the server ended by itself (${ended}):\n${this.log}`);
		const exited = once(child, "exit");
		child.kill(signal);
		await exited;
	}

	/** Sends JSON to a REST route and returns the status and the decoded body. */
	async post(route, body) {
		const response = await fetch(this.url + route, {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(body),
		});
		return { status: response.status, body: await response.json() };
	}
}
