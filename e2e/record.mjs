// Records counts of the real server for the gallery, in web/gallery/elections: `npm run record`.
import { writeFile } from "node:fs/promises";
import test from "node:test";
import { io } from "socket.io-client";
import { elect, elections, longElections } from "./support/elections.mjs";
import { command } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";

const FOLDER = new URL("../web/gallery/elections/", import.meta.url).pathname;

test("the elections of the gallery", async (t) => {
	const server = await startServer(t);
	for (const kind of Object.keys({ ...elections, ...longElections })) {
		const { host } = await elect(t, server, kind);
		await command(host, "reveal_result");
		const whole = await fetch(`${server.url}/polls/${host.pollID}/results`).then((response) =>
			response.json(),
		);
		const follower = io(`${server.url}/polls`, {
			auth: { token: host.token, patches: true },
			forceNew: true,
		});
		const { poll } = await new Promise((resolve) => follower.once("poll_state", resolve));
		follower.disconnect();
		await writeFile(`${FOLDER}${kind}.json`, `${JSON.stringify({ poll, whole })}\n`);
	}
});
