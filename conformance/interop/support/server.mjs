// The conformance server under test, on a port of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const BINARY = new URL("../../../bin/conformance-server", import.meta.url).pathname;

/**
 * Starts the server of a suite and registers its end with the test `t`.
 * @param {import("node:test").TestContext | {after: (f: () => Promise<void>) => void}} t
 * @param {string} suite one that `conformance/server -suite` knows
 * @param {{addr?: string}} [options] where to listen; a free port by default
 * @returns {Promise<{url: string, stop: (signal?: NodeJS.Signals) => Promise<void>}>}
 */
export function startServer(t, suite, { addr = "127.0.0.1:0" } = {}) {
	return startProcess(t, BINARY, ["-suite", suite, "-addr", addr]);
}

/** Starts any server that prints the address it listens on, and perhaps that of another port. */
export async function startProcess(t, command, args) {
	const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
	const exited = once(child, "exit");
	const stop = async (signal = "SIGTERM") => {
		if (child.exitCode === null && child.signalCode === null) child.kill(signal);
		await exited;
	};
	t.after(() => stop("SIGKILL"));
	for await (const line of createInterface({ input: child.stdout })) {
		const [address, second] = line.match(/127\.0\.0\.1:\d+/g) ?? [];
		if (address) return { url: `http://${address}`, address, second, stop };
	}
	throw new Error(`${command} ${args.join(" ")} ended before it listened`);
}
