// A Redis server and Go servers, for tests of clusters.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Cluster, Redis } from "ioredis";
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
	await runRedis(closing, ["--port", "0", "--unixsocket", path, "--save", "", "--dir", dir]);
	return path;
}

/** Starts Redis. Returns a client, and what tells a Go server where it is. */
export async function single(closing) {
	const path = await startRedis(closing);
	return { redis: new Redis({ path }), broker: path };
}

/** The same for a cluster. */
export async function cluster(closing) {
	const addresses = await startRedisCluster(closing);
	const nodes = addresses.map((address) => {
		const [host, port] = address.split(":");
		return { host, port: Number(port) };
	});
	// The adapter's readers have clients of their own, which it closes when they have read once more. If the
	// nodes end first, these would try for ever.
	const redis = new Cluster(nodes, { clusterRetryStrategy: (times) => (times < 30 ? 100 : null) });
	await next(redis, "ready");
	return { redis, broker: addresses.join(",") };
}

/** Runs Redis with arguments, and waits until it can be used. */
async function runRedis(closing, args) {
	const broker = spawn(process.env.REDIS_SERVER ?? "redis-server", args, {
		stdio: ["ignore", "pipe", "inherit"],
	});
	closing.push(() => broker.kill() && once(broker, "exit"));
	for await (const line of createInterface({ input: broker.stdout }))
		if (/ready to accept/i.test(line)) break;
	broker.stdout.resume();
}

/** Starts a Redis cluster of three nodes, and returns their addresses, each "host:port". */
async function startRedisCluster(closing) {
	const ports = await freePorts(6); // each node has another port for the others
	const nodes = [0, 1, 2].map(async (i) => {
		const dir = await mkdtemp(join(tmpdir(), "redis"));
		closing.push(() => rm(dir, { recursive: true }));
		const args = ["--port", `${ports[i]}`, "--cluster-port", `${ports[3 + i]}`, "--bind", "127.0.0.1"];
		await runRedis(closing, [...args, "--cluster-enabled", "yes", "--save", "", "--dir", dir]);
		const redis = new Redis(ports[i]);
		closing.push(() => redis.quit());
		await redis.cluster("ADDSLOTSRANGE", Math.floor((16384 * i) / 3), Math.floor((16384 * (i + 1)) / 3) - 1);
		await redis.cluster("SET-CONFIG-EPOCH", i + 1);
		return redis;
	});
	const all = await Promise.all(nodes);
	for (const i of [1, 2]) await all[0].cluster("MEET", "127.0.0.1", ports[i], ports[3 + i]);
	for (const redis of all)
		await until(async () => {
			const info = await redis.cluster("INFO");
			return info.includes("cluster_state:ok") && info.includes("cluster_size:3");
		});
	return ports.slice(0, 3).map((port) => `127.0.0.1:${port}`);
}

/**
 * Returns ports on which nobody listens, below those that the system gives to connections and to listeners that leave it
 * the choice: one of those could have them before Redis does.
 */
async function freePorts(n) {
	const servers = [];
	while (servers.length < n) {
		const server = createServer().listen(10_000 + Math.floor(20_000 * Math.random()), "127.0.0.1");
		const free = once(server, "listening").then(
			() => true,
			() => false,
		);
		if (await free) servers.push(server);
	}
	const ports = servers.map((server) => server.address().port);
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	return ports;
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

/** Starts the Go server of a binary with arguments. `run` has it do something; `kill` ends it without a word. */
export async function startGo(closing, binary, ...args) {
	const child = spawn(goBinary(binary), args, {
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
