// What was acknowledged survives `kill -9`, and nothing happens twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Person } from "./support/person.mjs";
import { startServer } from "./support/server.mjs";

const KILLS = 20;
const VOTERS = 12;

/** Random, but the same in every run: the moment of each kill is drawn from it. */
function seeded(seed) {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

const ballotOf = (person) => person.poll.rankings[person.id];

test(`kill -9 in the middle of a burst of ballots, ${KILLS} times`, async (t) => {
	const server = await startServer(t);
	const admin = await Person.create(server, "Admin", "What survives?", 3);
	const voters = await Promise.all(
		Array.from({ length: VOTERS }, (_, i) => Person.join(server, `Voter ${i}`, admin.pollID)),
	);
	const people = [admin, ...voters];
	t.after(() => {
		for (const p of people) p.close();
	});
	await Promise.all(people.map((p) => p.connect()));
	for (const text of ["A", "B", "C", "D"]) admin.emit("nominate", { text });
	await admin.until("the options", (p) => Object.keys(p.poll?.nominations ?? {}).length === 4);
	admin.emit("start_vote");
	await Promise.all(people.map((p) => p.until("the start", () => p.poll?.hasStarted)));
	const options = Object.keys(admin.poll.nominations);

	const random = seeded(42);
	/** The last ballot of each voter that was acknowledged, and all that came after it. */
	const acknowledged = new Map();
	const sent = new Map(voters.map((v) => [v, []]));
	let acks = 0;

	for (let kill = 0; kill < KILLS; kill++) {
		const killAfter = acks + 1 + Math.floor(random() * VOTERS * 3);
		let killed = false;
		const dead = new Promise((resolve, reject) => {
			const burst = (voter, n) => {
				if (killed) return;
				// Each ballot of a voter differs from the one before, so that the newest can be told apart.
				const ranking = [0, 1, 2].map((i) => options[(n + i) % options.length]);
				sent.get(voter).push(ranking);
				voter.socket.emit("submit_rankings", { rankings: ranking, commandID: `${kill}-${n}` }, (answer) => {
					if (!answer.ok) return reject(new Error(JSON.stringify(answer)));
					acknowledged.set(voter, ranking);
					sent.get(voter).splice(0, sent.get(voter).indexOf(ranking) + 1);
					if (++acks === killAfter) {
						killed = true;
						server.stop("SIGKILL").then(resolve, reject);
					}
					burst(voter, n + 1);
				});
			};
			for (const voter of voters) {
				for (let n = 0; n < 3; n++) burst(voter, n * 1000);
			}
		});
		await dead;
		for (const p of people) p.poll = undefined;
		await server.start();

		await Promise.all(
			voters.map(async (voter) => {
				await voter.until("its poll after the restart", (p) => p.poll && p.socket.connected);
				const kept = JSON.stringify(ballotOf(voter) ?? null);
				// What counts is the newest acknowledged ballot, or one sent after it whose answer was lost.
				const allowed = [acknowledged.get(voter) ?? null, ...sent.get(voter)].map((r) => JSON.stringify(r));
				assert.ok(allowed.includes(kept), `kill ${kill}: ${voter.name} has ${kept}, not one of ${allowed}`);
				if (kept !== "null") acknowledged.set(voter, JSON.parse(kept));
				sent.set(voter, []);
			}),
		);
	}

	// Nothing twice: every voter counts once.
	await Promise.all(voters.map((v) => v.until("a socket", () => v.socket.connected)));
	await admin.until("its poll", (p) => p.poll && p.socket.connected);
	admin.emit("close_poll");
	await admin.until("the results", (p) => p.poll.results.length > 0);
	const first = 1;
	const total = admin.poll.results.reduce((sum, r) => sum + r.score, 0);
	const perBallot = first + 25 / 36 + 8 / 27;
	const cast = Object.keys(admin.poll.rankings).length;
	assert.equal(cast, acknowledged.size);
	assert.ok(Math.abs(total - cast * perBallot) < 1e-4, `${total} points for ${cast} ballots`);
	assert.deepEqual(admin.exceptions, []);
});

test("a command that is sent again after a crash is applied once", async (t) => {
	const server = await startServer(t);
	const admin = await Person.create(server, "Admin", "Once", 2);
	t.after(() => admin.close());
	await admin.connect();
	await admin.until("its poll", (p) => p.poll);
	const nominate = () => admin.socket.emitWithAck("nominate", { text: "Only once", commandID: "n-1" });
	const first = await nominate();
	assert.equal(first.ok, true);

	await server.stop("SIGKILL");
	admin.poll = undefined;
	await server.start();
	await admin.until("its poll after the restart", (p) => p.poll);
	assert.deepEqual(await nominate(), first, "the same answer");
	assert.equal(Object.keys(admin.poll.nominations).length, 1);
});
