// A guest's whole evening on a phone by touch, on the lines that halls have: dropping everything without a word, or
// gone, in each phase of the poll; and a host's whole evening by the keyboard alone.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { putOn } from "./support/first-load.mjs";
import { BROKEN } from "./support/health.mjs";
import { holdAnswers } from "./support/holding.mjs";
import { cast, command, joinPoll, makePoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const server = await startServer(test);
const browser = await startBrowser(test);

/** Ways to lose a line, each with how it comes back. */
const losses = {
	cut: async ({ context }) => {
		await context.setOffline(true);
		return () => context.setOffline(false);
	},
	dropping: async (guest) => {
		guest.dropping = true;
		return async () => {
			guest.dropping = false;
		};
	},
};

/** A guest on a phone whose line can drop packets. */
async function onAPhone(t, name) {
	const guest = await Visitor.arrive(t, browser, server, name);
	guest.health.expect(BROKEN);
	guest.lines = [];
	await guest.page.routeWebSocket(/socket\.io/, (page) => {
		const upstream = page.connectToServer();
		guest.lines.push(page, upstream);
		page.onMessage((message) => guest.dropping || upstream.send(message));
		upstream.onMessage((message) => guest.dropping || page.send(message));
	});
	return guest;
}

const tap = (locator) => locator.tap();

for (const [kind, lose] of Object.entries(losses)) {
	test(`what is done on a line that is ${kind} arrives once, in each phase`, async (t) => {
		const host = await makePoll(t, server, { options: ["Ramen", "Tacos"], reveal: true });
		const other = await joinPoll(t, server, host, "Olu");
		const guest = await onAPhone(t, "Gwen");
		await guest.join(host.pollID);
		const unconfirmed = guest.text("Not confirmed yet, still trying");

		let back = await lose(guest);
		await guest.field("Your nomination").fill("Pizza");
		await tap(guest.button("Add"));
		await guest.sees(unconfirmed);
		await back();
		await guest.seesNot(unconfirmed);
		const listed = guest.section("Nominations").getByRole("listitem");
		await guest.reads(listed, ["Ramen", "Tacos", "Pizza Yours"]);

		await command(host, "start_vote");
		await guest.sees(guest.heading("Options"));
		for (const text of ["Pizza", "Ramen"]) await tap(guest.option(text));
		await tap(guest.button("Review ballot"));
		back = await lose(guest);
		await tap(guest.button("Submit ballot", guest.dialog()));
		await guest.sees(unconfirmed);
		await back();
		await guest.sees(guest.heading("Your ballot is in"));
		await cast(other, "Ramen", "Pizza");
		await cast(host, "Pizza");

		back = await lose(guest);
		await command(host, "close_poll");
		await command(host, "reveal_result");
		await back();
		await guest.reads(guest.section("The winner is").getByRole("listitem"), ["Pizza"]);
		const results = await fetch(`${server.url}/polls/${host.pollID}/results`).then((answer) => answer.json());
		assert.equal(results.results.ballots, 3, "no ballot is lost or counted twice");
		assert.equal(results.nominations.length, 3, "no nomination either");
	});
}

/** What is dropped is lost, and with it the connection: TCP loses nothing on one that lives. */
const breaking = async (guest) => {
	const back = await losses.dropping(guest);
	return async () => {
		await Promise.all(guest.lines.splice(0).map((line) => line.close()));
		await back();
	};
};

for (const [kind, lose] of Object.entries({ cut: losses.cut, breaking })) {
	test(`whoever waits on a line that is ${kind} is not forgotten: at the door, and for the result`, async (t) => {
		const host = await makePoll(t, server, {
			options: ["Ramen", "Tacos"],
			admission: "approve",
			reveal: true,
		});
		const guest = await onAPhone(t, "Gwen");
		const turnedAway = await onAPhone(t, "Theo");
		for (const one of [guest, turnedAway]) {
			await one.page.goto(`./p/${host.pollID}`);
			await one.field("Your name").fill(one.name);
			await tap(one.button("Join poll"));
			await one.sees(one.heading("The host will let you in"));
		}
		const ids = await waiting(host);
		let backs = await Promise.all([lose(guest), lose(turnedAway)]);
		await command(host, "admit", { ids: [ids.get("Gwen")] });
		await command(host, "reject", { ids: [ids.get("Theo")] });
		for (const back of backs) await back();
		await guest.sees(guest.button("Leave poll"));
		await turnedAway.sees(turnedAway.page.getByText(/^(You were not let in|You are not in this poll)$/));

		await command(host, "start_vote");
		await guest.vote("Tacos");
		await command(host, "close_poll");
		await guest.sees(guest.heading("The ballots are counted"));
		backs = [await lose(guest)];
		await command(host, "play_result", { step: 1, playing: false });
		await backs[0]();
		await guest.sees(guest.heading("Look at the big screen"));
		backs = [await lose(guest)];
		await command(host, "reveal_result");
		await backs[0]();
		await guest.reads(guest.section("The winner is").getByRole("listitem"), ["Tacos"]);
	});
}

/** The ids of those who wait at the door, by name. */
async function waiting(host) {
	const { newcomers } = await host.socket.timeout(15_000).emitWithAck("waiting_list", {});
	return new Map(newcomers.map(({ id, name }) => [name, id]));
}

test("a poll is made, joined and shown once, although the first answer is lost", async (t) => {
	const unconfirmed = (visitor) => visitor.text("Not confirmed yet, still trying");
	const creates = async () => {
		const host = await Visitor.arrive(t, browser, server, "Kay");
		host.health.expect(BROKEN);
		const answers = await holdAnswers(host);
		host.holding = true;
		await host.page.goto("./create");
		await host.field("Topic").fill("Where to?");
		await host.field("Your name").fill("Kay");
		await tap(host.button("Create poll"));
		await host.sees(unconfirmed(host));
		host.holding = false;
		await host.page.waitForURL("**/p/*");
		assert.deepEqual([...new Set(answers.map(({ pollID }) => pollID))], [host.page.url().split("/").at(-1)]);
	};
	const poll = await makePoll(t, server, {});
	const joins = async () => {
		const guest = await Visitor.arrive(t, browser, server, "Gwen");
		guest.health.expect(BROKEN);
		await holdAnswers(guest);
		guest.holding = true;
		await guest.page.goto(`./p/${poll.pollID}`);
		await guest.field("Your name").fill("Gwen");
		await tap(guest.button("Join poll"));
		await guest.sees(unconfirmed(guest));
		guest.holding = false;
		await guest.sees(guest.button("Leave poll"));
		await poll.until("Gwen, once", ({ poll }) => Object.keys(poll.participants).length === 2);
	};
	const shows = async () => {
		const host = await onAPhone(t, "Hana");
		await host.create("And after that?");
		host.dropping = true;
		await tap(host.button("Big screen"));
		await host.sees(unconfirmed(host));
		host.dropping = false;
		await host.sees(host.dialog().getByText("Open it here"));
	};
	await Promise.all([creates(), joins(), shows()]);
});

test("a host runs a whole evening by the keyboard alone", async (t) => {
	const host = await Visitor.arrive(t, browser, server, "Kay", { device: "desktop" });
	const { keyboard } = host.page;
	await host.page.goto("/create");
	await host.tabTo(host.field("Topic"));
	await keyboard.type("Where to?");
	await host.tabTo(host.field("Your name"));
	await keyboard.type("Kay");
	await host.press(host.button("Create poll"));
	await host.page.waitForURL("**/p/*");
	const code = new URL(host.page.url()).pathname.slice("/p/".length);
	const guests = [];
	for (const name of ["Olu", "Pia"]) guests.push(await joinPoll(t, server, { pollID: code }, name));
	await host.press(host.button("Big screen"));
	await host.sees(host.dialog().getByRole("checkbox", { name: /Reveal the result/, checked: true }));
	await keyboard.press("Escape");
	for (const text of ["Ramen", "Tacos"]) {
		await host.tabTo(host.field("Your nomination"));
		await keyboard.type(text);
		await keyboard.press("Enter");
		await host.sees(host.section("Nominations").getByRole("listitem").filter({ hasText: text }));
	}
	await host.press(host.button("Start voting"));
	await host.press(host.button("Open the vote", host.dialog()));
	for (const guest of guests) {
		await guest.until("the vote", ({ poll }) => poll.hasStarted);
		await cast(guest, "Ramen", "Tacos");
	}
	await host.press(host.button("Close voting"));
	await host.press(host.button("Close and count", host.dialog()));
	await host.sees(host.section("Remote control"));
	await host.page.locator("body").press("ArrowRight");
	await host.sees(host.text("Step 1 is on the screen."));
	await host.page.locator("body").press("ArrowRight");
	await host.reads(host.section("The winner is").getByRole("listitem"), ["Ramen"]);
});

test("an evening on slow 3G is slow, and nothing else", async (t) => {
	const host = await Visitor.arrive(t, browser, server, "Hana");
	const guest = await Visitor.arrive(t, browser, server, "Gwen");
	for (const { page } of [host, guest]) await putOn(page, "slow 3G");
	const code = await host.create("Where to?");
	await guest.join(code);
	await host.nominate("Ramen");
	await guest.nominate("Tacos");
	await host.sees(host.section("Nominations").getByRole("listitem").filter({ hasText: "Tacos" }));
	await host.startVote();
	await guest.vote("Tacos", "Ramen");
	await host.vote("Tacos");
	await host.closeVote();
	for (const one of [host, guest])
		await one.reads(one.section("The winner is").getByRole("listitem"), ["Tacos"]);
	await guest.text("Share the result").click();
	await guest.sees(guest.button("Copy as text"));
	await guest.page.reload();
	await guest.reads(guest.section("The winner is").getByRole("listitem"), ["Tacos"]);
	assert.equal(
		await guest.page.getByRole("alert").filter({ hasText: /\S/ }).count(),
		0,
		"nothing was given up",
	);
});
