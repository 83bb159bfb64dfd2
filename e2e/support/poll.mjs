// Polls that are made without a browser, and brought to the phase that a test is about.
import assert from "node:assert/strict";
import { atEnd } from "./cleanup.mjs";
import { Person } from "./person.mjs";

/** Sends a command and expects that it is accepted. */
export async function command(person, event, payload = {}) {
	const answer = await person.socket.timeout(15_000).emitWithAck(event, payload);
	assert.equal(answer.ok, true, `${event}: ${JSON.stringify(answer)}`);
}

/**
 * Makes a poll with its options on the table. Its admin is connected, and is not one that a browser shows.
 * @param {{topic?: string, options?: string[], [setting: string]: unknown}} settings
 */
export async function makePoll(t, server, { topic = "Where shall we eat?", options = [], ...settings } = {}) {
	const admin = await newcomer(t, server, "/polls", "Ada", { topic, votesPerVoter: 3, ...settings });
	for (const text of options) await command(admin, "nominate", { text });
	return admin;
}

/** Somebody who joins without a browser, and is connected. */
export const joinPoll = (t, server, admin, name) =>
	newcomer(t, server, "/polls/join", name, { pollID: admin.pollID });

async function newcomer(t, server, route, name, request) {
	const { status, body } = await server.post(route, { ...request, name });
	assert.equal(status, 201, JSON.stringify(body));
	const person = new Person(server, name, body);
	atEnd(t, () => person.close());
	await person.connect();
	await person.until("a poll", (p) => p.poll);
	return person;
}

/** The ids of options by their texts, as a ballot wants them. */
export async function ballot(person, ...texts) {
	const id = (text) => Object.entries(person.poll.nominations).find(([, n]) => n.text === text)?.[0];
	await person.until(`the options ${texts}`, () => texts.every(id));
	return texts.map(id);
}

export async function cast(person, ...texts) {
	await command(person, "submit_rankings", { rankings: await ballot(person, ...texts) });
}
