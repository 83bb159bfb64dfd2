// One of the programs under examples/, as `make` built it, on a port of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { atEnd } from "./cleanup.mjs";

const PROGRAMS = new URL("../../bin/examples/", import.meta.url).pathname;

/** Starts a program and registers its end with `scope`; at its end it has to leave in good order. */
export async function startExample(scope, name, args = []) {
	const child = spawn(PROGRAMS + name, ["-addr", "127.0.0.1:0", ...args], {
		stdio: ["ignore", "inherit", "pipe"],
	});
	atEnd(scope, async () => {
		child.kill("SIGTERM");
		if (child.exitCode === null) await once(child, "exit");
		if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}`);
	});
	const lines = createInterface({ input: child.stderr });
	const also = []; // further servers of the program
	for await (const line of lines) {
		const [, what, port] = /^(Open|Also) http:\/\/localhost:(\d+)/.exec(line) ?? [];
		if (what === "Also") also.push(`http://127.0.0.1:${port}`);
		if (what === "Open") return { url: `http://127.0.0.1:${port}`, also };
	}
	throw new Error(`${name} does not say where it listens`);
}
