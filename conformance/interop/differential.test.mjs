// The same bytes to the reference server and to ours: the same observable behaviour, but for what
// ../differences.md lists with its reason. A difference that is listed must be there, too.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { http, observed, openPolling, until, webSocket } from "./support/exchange.mjs";
import { startProcess, startServer } from "./support/server.mjs";

const bytes = (...b) => Uint8Array.from(b);
const placeholder = (num) => `{"_placeholder":true,"num":${num}}`;

/** Each case is a function of a server's address, or what to say after connecting to the main namespace. */
const handshakes = {
	"no transport": (a) => http(a, "EIO=4"),
	"unknown transport": (a) => http(a, "EIO=4&transport=carrier-pigeon"),
	"transport __proto__": (a) => http(a, "EIO=4&transport=__proto__"),
	"transport constructor": (a) => http(a, "EIO=4&transport=constructor"),
	"no EIO": (a) => http(a, "transport=polling"),
	"EIO 3, not allowed": (a) => http(a, "EIO=3&transport=polling"),
	"EIO abc": (a) => http(a, "EIO=abc&transport=polling"),
	"POST without a session": (a) => http(a, "EIO=4&transport=polling", { method: "POST", body: "40" }),
	"PUT without a session": (a) => http(a, "EIO=4&transport=polling", { method: "PUT" }),
	"unknown session": (a) => http(a, "EIO=4&transport=polling&sid=abc"),
	"session __proto__": (a) => http(a, "EIO=4&transport=polling&sid=__proto__"),
	"websocket without an upgrade": (a) => http(a, "EIO=4&transport=websocket"),
	"a websocket of EIO 3": (a) => webSocket(a, [], "EIO=3&transport=websocket"),
	"a websocket of no transport": (a) => webSocket(a, [], "EIO=4"),
	"a websocket for polling": (a) => webSocket(a, [], "EIO=4&transport=polling"),
	"a websocket for an unknown session": (a) => webSocket(a, [], "EIO=4&transport=websocket&sid=abc"),
};

const post = (body, headers = { "content-type": "text/plain;charset=UTF-8" }) => ({
	method: "POST",
	body,
	headers,
});

/** How many packets, pings aside, to poll for. */
const poll = (packets = 1) => ({ packets });

/** Requests of one polling session that has joined the main namespace, one after the other. */
const polls = {
	"a message and its answer": [post('42["message","é"]'), poll()],
	"several packets": [post('42["message",1]\x1e42["message",2]'), poll(2)],
	"an unknown packet type": [post("abc"), poll()],
	"an empty packet between two": [post('42["message",1]\x1e\x1e42["message",2]'), poll()],
	"an empty body": [post(""), poll()],
	"a binary message that nobody announced": [post("bAQID"), poll()],
	"binary as it is": [post(Buffer.from([1, 2]), { "content-type": "application/octet-stream" }), poll()],
	"a close packet": [post("1"), poll()],
	"a ping of a client": [post("2"), poll()],
	"a pong that nobody asked for": [post("3"), post('42["message"]'), poll()],
	"a noop of a client": [post("6"), post('42["message"]'), poll()],
	"PUT in a session": [{ method: "PUT" }],
	"a body above the limit": [post("4".repeat(1_000_001)), post('42["message"]'), poll()],
};

const packets = {
	nothing: [],
	"the same namespace twice": ["40"],
	"another namespace": ["40/custom", until("42/custom")],
	"another namespace, with a comma": ["40/custom,", until("42/custom")],
	"another namespace, with auth": ['40/custom,{"token":"abc"}', until("42/custom")],
	"an unknown namespace": ["40/random", until("44/random")],
	"an unknown namespace, then an event in it": ["40/random", until("44/random"), '42/random,["x"]'],
	"auth that is an array": ["40/custom,[]"],
	"auth that is a string": ['40/custom,"x"'],
	"auth that is not JSON": ["40/custom,{"],
	"an event of a namespace not joined": ['42/custom,["x"]'],
	"leaving another namespace": ["40/custom", until("42/custom"), "41/custom"],
	"leaving the main namespace": ["41"],
	"leaving a namespace not joined": ["41/custom"],
	"a disconnect with data": ["41{}"],
	"an event without data": ["42"],
	"an event that is an object": ["42{}"],
	"an event that is empty": ["42[]"],
	"an event without a name": ["42[null]"],
	"an event whose name is a number": ["42[1]"],
	"an event whose name is an object": ['42[{"toString":"foo"}]'],
	"an event that nobody handles": ['42["unknown"]'],
	"an event that nobody handles, with an id": ['421["unknown"]'],
	"an event named error": ['42["error"]'],
	"an event named __proto__": ['42["__proto__"]'],
	"an event named connect": ['42["connect"]'],
	"an event named connect_error": ['42["connect_error"]'],
	"an event named disconnect": ['42["disconnect"]'],
	"an event named disconnecting": ['42["disconnecting"]'],
	"an event named newListener": ['42["newListener"]'],
	"an event named removeListener": ['42["removeListener"]'],
	"an event that is cut short": ['42["message"'],
	"an event with something behind it": ['42["message"]x'],
	arguments: ['42["message",1,"2",{"3":[true,null]},[]]'],
	"white space in the arguments": ['42["message", 1 , {"a" : 2}]'],
	"an id": ['42456["message-with-ack",1,"2",{"3":[false]}]'],
	"an id of zeros": ['42007["message-with-ack"]'],
	"an id beyond 2^53": ['4299999999999999999999["message-with-ack"]'],
	"an id of a thousand digits": [`42${"2".repeat(1000)}["message-with-ack"]`],
	"a negative id": ['42-1["message-with-ack"]'],
	"an answer that nobody asked for": ["431[]"],
	"an answer that is an object": ["431{}"],
	"an answer without an id": ["43[]"],
	"a connect error of a client": ['44{"message":"x"}'],
	"an unknown Socket.IO type": ["47"],
	"a Socket.IO packet without a type": ["4"],
	"an unknown packet type": ["abc"],
	"an empty frame": [""],
	"an open packet": ["0"],
	"a ping": ["2"],
	"a pong that nobody asked for": ["3"],
	"an upgrade without a probe": ["5"],
	"a noop": ["6"],
	"a binary message that nobody announced": [bytes(1, 2)],
	"a binary event": [`451-["message",${placeholder(0)}]`, bytes(1, 2)],
	"a binary event, attachments out of order": [
		`452-["message",${placeholder(1)},${placeholder(0)}]`,
		bytes(1),
		bytes(2),
	],
	"a binary event in another namespace": [
		"40/custom",
		until("42/custom"),
		`451-/custom,["x",${placeholder(0)}]`,
		bytes(1),
	],
	"a binary event with an id": [`451-7["message-with-ack",${placeholder(0)}]`, bytes(9)],
	"a binary event deep in the data": [`451-["message",{"a":[{"b":${placeholder(0)}}]}]`, bytes(5)],
	"a binary event without attachments": ['450-["message"]'],
	"more attachments than allowed": [`4511-["message",${placeholder(0)}]`],
	"very many attachments": ['4599999-["message"]'],
	"attachments written 1e1": ['451e1-["message"]'],
	"attachments written 0x4": ['450x4-["message"]'],
	"attachments without a number": ['45-["message"]'],
	"attachments without a dash": ['451["message"]'],
	"a placeholder that is not a number": ['451-["message",{"_placeholder":true,"num":"splice"}]', bytes(1)],
	"a placeholder out of range": [`451-["message",${placeholder(1)}]`, bytes(1)],
	"a placeholder below zero": [`451-["message",${placeholder(-1)}]`, bytes(1)],
	"text where an attachment is due": [`451-["message",${placeholder(0)}]`, '42["message"]'],
	"a second header where an attachment is due": [
		`451-["message",${placeholder(0)}]`,
		`451-["message",${placeholder(0)}]`,
	],
	"more binary than announced": [`451-["message",${placeholder(0)}]`, bytes(1), until("binary 01"), bytes(2)],
	"a binary answer that nobody asked for": [`461-5[${placeholder(0)}]`, bytes(1)],
	"a number beyond 2^53": ['42["message",12345678901234567890]'],
	"a number with a trailing zero": ['42["message",1.0]'],
	"duplicate keys": ['42["message",{"a":1,"a":2}]'],
	"a key __proto__": ['42["message",{"__proto__":{"x":1}}]'],
	"a lone surrogate": ['42["message","\\ud83d"]'],
	"an escaped letter": ['42["message","\\u0041"]'],
	"a namespace with a query": ["40/custom?token=abc,"],
};

async function play(address, requests) {
	const query = await openPolling(address);
	await http(address, query, post("40"));
	await pollFor(address, query, 2); // the namespace, and the auth event
	const answers = [];
	for (const request of requests) {
		answers.push(
			request.packets ? await pollFor(address, query, request.packets) : await http(address, query, request),
		);
	}
	return answers.map(observed);
}

/** Polls until `count` packets have come, however they are spread over responses, or until it is refused. */
async function pollFor(address, query, packets) {
	const got = [];
	while (got.length < packets) {
		const answer = await http(address, query);
		if (answer.status !== 200) return answer;
		got.push(...answer.body.split("\x1e").filter((packet) => packet !== "2"));
		if (got.at(-1) === "1") break;
	}
	return { status: 200, body: got.join("\x1e") };
}

/** The cases that ../differences.md lists: the first cell of each row, in backquotes. */
async function listed() {
	const text = await readFile(new URL("../differences.md", import.meta.url), "utf8");
	return new Set([...text.matchAll(/^\| `((?:handshake|polling|packet): [^`]+)` \|/gm)].map((m) => m[1]));
}

describe("beside the reference server", async () => {
	const known = await listed();
	const ends = [];
	let reference, ours;
	before(async () => {
		const t = { after: (f) => ends.push(f) };
		reference = await startProcess(t, process.execPath, [
			new URL("support/reference.mjs", import.meta.url).pathname,
		]);
		ours = await startServer(t, "socketio-v5");
	});
	after(() => Promise.all(ends.map((f) => f())));

	const cases = {
		...prefixed("handshake", handshakes, (run) => async (a) => observed(await run(a))),
		...prefixed("polling", polls, (requests) => (a) => play(a, requests)),
		...prefixed("packet", packets, (says) => (a) => webSocket(a, ["40", until('42["auth"'), ...says])),
	};
	for (const [name, run] of Object.entries(cases)) {
		test(name, async () => {
			const [theirs, mine] = await Promise.all([run(reference.address), run(ours.address)]);
			if (known.has(name)) assert.notDeepEqual(mine, theirs, "is listed, and is not a difference any more");
			else assert.deepEqual(mine, theirs);
		});
	}
	test("every listed difference is a case", () => {
		for (const name of known) assert.ok(name in cases, name);
	});
});

function prefixed(prefix, named, toRun) {
	return Object.fromEntries(Object.entries(named).map(([name, what]) => [`${prefix}: ${name}`, toRun(what)]));
}
