// The base contract, played by people whose client was written for the original application.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Person } from "./support/person.mjs";
import { startServer } from "./support/server.mjs";

/** Everyone of `people` waits for the same thing. */
const everyone = (people, what, condition) => Promise.all(people.map((p) => p.until(what, condition)));

/** A room of `size` people, connected; the first is its admin. */
async function room(t, server, size, { topic = "Where shall we eat?", votesPerVoter = 3 } = {}) {
	const admin = await Person.create(server, "Person 1", topic, votesPerVoter);
	const others = await Promise.all(
		Array.from({ length: size - 1 }, (_, i) => Person.join(server, `Person ${i + 2}`, admin.pollID)),
	);
	const people = [admin, ...others];
	t.after(() => {
		for (const p of people) p.close();
	});
	await Promise.all(people.map((p) => p.connect()));
	await everyone(
		people,
		`${size} participants`,
		(p) => Object.keys(p.poll?.participants ?? {}).length === size,
	);
	return people;
}

const nominationID = (person, text) =>
	Object.entries(person.poll.nominations).find(([, n]) => n.text === text)?.[0];

test("thirty people play a whole poll of the base contract", async (t) => {
	const server = await startServer(t);
	const people = await room(t, server, 30);
	const [admin, ...others] = people;

	assert.equal(admin.poll.adminID, admin.id);
	assert.match(admin.pollID, /^[2-9A-HJKMNP-TV-Z]{6}$/);
	assert.equal(admin.poll.hasStarted, false);
	assert.deepEqual(admin.poll.results, []);
	assert.deepEqual(
		new Set(Object.values(admin.poll.participants)),
		new Set(people.map((p) => p.name)),
		"everyone is shown by name",
	);

	const dishes = ["Ramen", "Tacos", "Pizza", "Falafel", "Pho"];
	dishes.forEach((text, i) => {
		people[i].emit("nominate", { text });
	});
	await everyone(people, "five nominations", (p) => Object.keys(p.poll.nominations).length === 5);
	assert.equal(admin.poll.nominations[nominationID(admin, "Tacos")].userID, people[1].id);

	people[4].emit("remove_nomination", { id: nominationID(admin, "Pho") }); // its author may
	await everyone(people, "four nominations", (p) => Object.keys(p.poll.nominations).length === 4);

	others[0].emit("start_vote"); // is not the admin
	await others[0].until("an exception", (p) => p.exceptions.length === 1);
	assert.equal(others[0].exceptions[0].type, "Unauthorized");

	admin.emit("start_vote");
	await everyone(people, "the start of the vote", (p) => p.poll.hasStarted);

	const [ramen, tacos, pizza, falafel] = dishes.slice(0, 4).map((text) => nominationID(admin, text));
	const ballots = [
		[ramen, tacos, pizza],
		[tacos, pizza, ramen],
		[ramen, pizza, falafel],
	];
	const voters = people.slice(0, 27); // three do not vote, and see the result all the same
	voters.forEach((p, i) => {
		p.emit("submit_rankings", { rankings: ballots[i % 3] });
	});
	await everyone(people, "27 ballots", (p) => Object.keys(p.poll.rankings).length === 27);
	for (const p of people) {
		for (const [user, ranking] of Object.entries(p.poll.rankings)) {
			if (user !== p.id) assert.deepEqual(ranking, [], `${p.name} was sent another's ballot`);
		}
	}

	admin.emit("close_poll");
	await everyone(people, "results", (p) => p.poll.results.length > 0);
	for (const p of people) assert.deepEqual(p.poll.results, admin.poll.results, "all see the same");

	// ((V − n/2)/V)^(n+1) for V = 3: 1, 25/36, 8/27 for the places 0, 1, 2.
	const score = { first: 9, second: 9 * (25 / 36), third: 9 * (8 / 27) };
	const expected = [
		[ramen, "Ramen", 2 * score.first + score.third],
		[tacos, "Tacos", score.first + score.second],
		[pizza, "Pizza", 2 * score.second + score.third],
		[falafel, "Falafel", score.third],
	];
	assert.deepEqual(
		admin.poll.results.map((r) => [r.nominationID, r.nominationText]),
		expected.map(([id, text]) => [id, text]),
	);
	admin.poll.results.forEach((r, i) => {
		assert.ok(Math.abs(r.score - expected[i][2]) < 1e-5, `${r.nominationText} scored ${r.score}`);
	});
	assert.deepEqual(
		people.flatMap((p) => p.exceptions),
		others[0].exceptions,
		"nobody else met an error",
	);
});

test("rejoin gives the poll with the own ballot, and no other", async (t) => {
	const server = await startServer(t);
	const people = await room(t, server, 3, { votesPerVoter: 2 });
	const [admin, berta] = people;
	admin.emit("nominate", { text: "One" });
	admin.emit("nominate", { text: "Two" });
	await everyone(people, "two nominations", (p) => Object.keys(p.poll.nominations).length === 2);
	admin.emit("start_vote");
	await everyone(people, "the start", (p) => p.poll.hasStarted);
	const ranking = [nominationID(admin, "Two"), nominationID(admin, "One")];
	admin.emit("submit_rankings", { rankings: ranking });
	berta.emit("submit_rankings", { rankings: ranking.toReversed?.() ?? [...ranking].reverse() });
	await everyone(people, "two ballots", (p) => Object.keys(p.poll.rankings).length === 2);

	const { status, body } = await server.post("/polls/rejoin", { accessToken: berta.token });
	assert.equal(status, 201);
	assert.deepEqual(body.rankings, { [admin.id]: [], [berta.id]: [...ranking].reverse() });

	await Promise.all(people.map((p) => p.until("its socket", () => p.socket.connected)));
	berta.close();
	const again = new Person(server, berta.name, { accessToken: berta.token, poll: { id: berta.pollID } });
	t.after(() => again.close());
	await again.connect({ transports: ["polling"], upgrade: false });
	await again.until("its poll", (p) => p.poll);
	assert.deepEqual(again.poll.rankings[again.id], [...ranking].reverse(), "own ballot on connect");
	assert.deepEqual(again.poll.rankings[admin.id], []);
});

test("a removed participant is disconnected and stays out", async (t) => {
	const server = await startServer(t);
	const people = await room(t, server, 3);
	const [admin, berta, carl] = people;
	admin.emit("remove_participant", { id: berta.id });
	await berta.until("the disconnection", (p) => p.disconnects.includes("io server disconnect"));
	await everyone([admin, carl], "two participants", (p) => Object.keys(p.poll.participants).length === 2);

	berta.socket.connect(); // the token is still in their browser
	await berta.until("a refusal", (p) => p.connectErrors.length > 0);
	assert.deepEqual(berta.connectErrors, ["FORBIDDEN"]);
	assert.equal((await server.post("/polls/rejoin", { accessToken: berta.token })).status, 403);
});

test("a cancelled poll tells everyone, and then is gone", async (t) => {
	const server = await startServer(t);
	const people = await room(t, server, 3);
	const [admin, berta, carl] = people;
	admin.emit("cancel_poll");
	await everyone(people, "the cancellation", (p) => p.cancelled);
	carl.close(); // a socket of a cancelled poll goes: the server lives on

	berta.socket.disconnect().connect();
	await berta.until("a refusal", (p) => p.connectErrors.length > 0);
	assert.deepEqual(berta.connectErrors, ["NOT_FOUND"]);
	assert.equal((await server.post("/polls/rejoin", { accessToken: berta.token })).status, 404);
	assert.equal((await server.post("/polls/join", { pollID: berta.pollID, name: "Late" })).status, 400);
	assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

test("one person with two tabs stays when one of them closes", async (t) => {
	const server = await startServer(t);
	const people = await room(t, server, 2);
	const [admin, berta] = people;
	const tab = new Person(server, "tab", { accessToken: berta.token, poll: { id: berta.pollID } });
	await tab.connect();
	await tab.until("its poll", (p) => p.poll);
	tab.close();
	admin.emit("nominate", { text: "A sign that time has passed" });
	await everyone(people, "the nomination", (p) => Object.keys(p.poll.nominations).length === 1);
	assert.equal(admin.poll.participants[berta.id], berta.name);
});

test("bad tokens, bad codes and bad input get a clear answer", async (t) => {
	const server = await startServer(t);
	const [admin] = await room(t, server, 1);
	const stranger = new Person(server, "stranger", { accessToken: "a.e30.c", poll: { id: admin.pollID } });
	t.after(() => stranger.close());
	await stranger.connect();
	await stranger.until("a refusal", (p) => p.connectErrors.length > 0);
	assert.deepEqual(stranger.connectErrors, ["FORBIDDEN"]);

	const unknown = await server.post("/polls/join", { pollID: "ZZZZZZ", name: "Ann" });
	assert.equal(unknown.status, 400);
	assert.equal(unknown.body.statusCode, 400);
	assert.deepEqual(unknown.body.message, unknown.body.messages);
	assert.match(unknown.body.messages[0], /\w+ .*\w+/, "a sentence");

	const bad = await server.post("/polls", { topic: "  ", votesPerVoter: 0, name: "" });
	assert.equal(bad.status, 400);
	assert.equal(bad.body.messages.length, 3, "one sentence for each problem");

	const spaced = await server.post("/polls/join", { pollID: ` ${admin.pollID.toLowerCase()} `, name: "Ann" });
	assert.equal(spaced.status, 201, "any case and stray spaces");

	for (const payload of [
		undefined,
		null,
		7,
		"text",
		[],
		{ text: 7 },
		{ text: " " },
		{ text: "x".repeat(101) },
	]) {
		const before = admin.exceptions.length;
		admin.emit("nominate", payload);
		await admin.until(
			`an exception for ${JSON.stringify(payload)}`,
			(p) => p.exceptions.length === before + 1,
		);
		assert.equal(admin.exceptions.at(-1).type, "BadRequest");
	}
	assert.ok(admin.socket.connected, "and stays connected");
});
