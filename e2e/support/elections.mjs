// Polls with counts worth showing: people vote as a recipe says, and the host holds the remote control.
import { cast, command, joinPoll, makePoll } from "./poll.mjs";

/** Ballots by the initials of options, each with how many cast it. */
export const elections = {
	runoff: {
		topic: "Where do we eat tonight?",
		method: "irv",
		options: ["Ramen", "Tacos", "Pizza", "Dosa", "Falafel", "Burger"],
		ballots: { RF: 5, TP: 4, TR: 3, PR: 3, PF: 2, DR: 2, FT: 2, FR: 1, B: 1, BT: 1 },
	},
	seats: {
		topic: "Three delegates for the assembly",
		method: "stv",
		seats: 3,
		options: ["Amara", "Björn", "Chen", "Dalia", "Emeka", "Freya", "Goran"],
		ballots: { ABC: 9, AC: 2, BDA: 4, CDE: 3, DEC: 3, EFD: 2, FEG: 2, GD: 2 },
	},
	duels: {
		topic: "Which name shall the new park have?",
		method: "schulze",
		options: ["Acacia", "Birch", "Cedar", "Damson", "Elder"],
		ballots: { ACBED: 5, ADECB: 5, BEDAC: 8, CABED: 3, CAEBD: 7, CBADE: 2, DCEBA: 7, EBADC: 8 },
	},
	draws: {
		topic: "Who goes first?",
		method: "irv",
		options: ["Ida", "Jo", "Kim", "Lou"],
		ballots: { I: 3, J: 3, K: 1, L: 1 },
	},
	places: {
		topic: "Song of the year",
		method: "borda",
		options: ["Anthem", "Ballad", "Chorus", "Dirge", "Elegy", "Fugue"],
		ballots: { ABCD: 6, BACE: 4, CBAF: 3, DCBA: 2, FA: 1 },
	},
};

const initials = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ΔΘΛΞ"];

/** Ballots that are all different, as a large list gets them: each goes through the list in a stride of its own. */
const strides = Object.fromEntries(
	Array.from({ length: 30 }, (_, i) => {
		const [start, stride] = [(i * i) % 13, [1, 3, 7, 9, 11, 13][i % 6]];
		return [
			Array.from({ length: 8 }, (_, k) => initials[(start + k * stride) % initials.length]).join(""),
			1,
		];
	}),
);
const list = {
	topic: "Forty names for one ship",
	votesPerVoter: 8,
	nominationsPerVoter: initials.length,
	options: initials.map((initial) => `${initial} of the list`),
	ballots: strides,
};

/** The longest counts: of forty options, and one in which nothing is decided. */
export const longElections = {
	"long-runoff": { ...list, method: "irv" },
	"long-seats": { ...list, method: "stv", seats: 10 },
	"long-duels": { ...list, method: "schulze" },
	"long-tie": {
		...list,
		method: "approval",
		declareTies: true,
		ballots: Object.fromEntries(initials.map((initial) => [initial, 1])),
	},
};

/**
 * A poll of that kind in which all have voted and voting is closed; nobody knows the result yet. `beforeClose` is
 * called with its host while it is open.
 */
export async function elect(t, server, election, beforeClose = async () => {}) {
	const { topic, options, ballots, ...settings } = { ...elections, ...longElections }[election];
	const host = await makePoll(t, server, { topic, options, reveal: true, votesPerVoter: 5, ...settings });
	const votes = Object.entries(ballots).flatMap(([ballot, n]) => Array(n).fill(ballot));
	const people = await Promise.all(votes.map((_, i) => joinPoll(t, server, host, `Guest ${i + 1}`)));
	await command(host, "start_vote");
	const named = (ballot) => [...ballot].map((initial) => options.find((text) => text.startsWith(initial)));
	await Promise.all(people.map((person, i) => cast(person, ...named(votes[i]))));
	await beforeClose(host);
	await command(host, "close_poll");
	return { host, people };
}

/** The address of a screen that shows a host's poll. */
export async function screenOf(host) {
	const { accessToken } = await host.socket.timeout(15_000).emitWithAck("present", {});
	return `/present/${host.pollID}#${accessToken}`;
}
