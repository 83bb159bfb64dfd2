// A Redis server and Go servers, for tests of clusters.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
import { next } from "./wait.mjs";

/** Waits until `isSo`, for what happens behind Redis. */
export async function until(isSo) {
	for (const end = Date.now() + 10_000; !(await isSo()); ) {
		if (Date.now() > end) throw new Error(`waited in vain until ${isSo}`);
		await new Promise(setImmediate); // or nothing could come
	}
}

/** Starts Redis on a socket, whose path it returns. */
export async function startRedis(closing) {
	const dir = await mkdtemp(join(tmpdir(), "redis"));
	closing.push(() => rm(dir, { recursive: true }));
	const path = join(dir, "socket");
	const args = ["--port", "0", "--unixsocket", path, "--save", "", "--dir", dir];
	const broker = spawn(process.env.REDIS_SERVER ?? "redis-server", args, {
		stdio: ["ignore", "pipe", "inherit"],
	});
	closing.push(() => broker.kill() && once(broker, "exit"));
	for await (const line of createInterface({ input: broker.stdout }))
		if (line.includes("ready to accept")) break;
	broker.stdout.resume();
	return path;
}

/** Starts a JavaScript server, and returns it with its URL. */
export async function startJS(closing, options) {
	const http = createServer();
	const js = new Server(http, options);
	closing.push(() => js.close());
	await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
	return { js, url: `http://127.0.0.1:${http.address().port}` };
}

export const goBinary = (name) => new URL(`../../../bin/${name}`, import.meta.url).pathname;

/** Starts the Go server of a binary. `run` has it do something; `kill` ends it without a word. */
export async function startGo(closing, binary, path) {
	const child = spawn(goBinary(binary), [path], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const exit = once(child, "exit");
	closing.push(() => child.stdin.end() && exit);
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const line = async () => (await lines.next()).value;
	const url = `http://${await line()}`;
	const run = async (what) => {
		child.stdin.write(`${what}\n`);
		return JSON.parse(await line());
	};
	const kill = () => child.kill("SIGKILL") && exit;
	return { url, run, kill };
}

/** Connects a client, which puts what comes into `got` under its name. */
export async function startClient(closing, url, name, got) {
	const socket = connect(url, { transports: ["websocket"], reconnection: false, forceNew: true });
	closing.push(() => socket.close());
	socket.on("x", (...args) => got.push([name, ...args]));
	socket.on("ask", (_, answer) => answer(name));
	await next(socket, "connect");
	return socket;
}
