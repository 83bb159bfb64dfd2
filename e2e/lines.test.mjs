// A guest's whole evening on a phone by touch, on the lines that halls have: dropping everything without a word, or
// gone, in each phase of the poll; and a host's whole evening by the keyboard alone.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { BROKEN } from "./support/health.mjs";
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
	await guest.page.routeWebSocket(/socket\.io/, (page) => {
		const upstream = page.connectToServer();
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
	for (const guest of guests) await cast(guest, "Ramen", "Tacos");
	await host.press(host.button("Close voting"));
	await host.press(host.button("Close and count", host.dialog()));
	await host.sees(host.section("Remote control"));
	await host.page.locator("body").press("ArrowRight");
	await host.sees(host.text("Step 1 is on the screen."));
	await host.page.locator("body").press("ArrowRight");
	await host.reads(host.section("The winner is").getByRole("listitem"), ["Ramen"]);
});
