// Ballots of every kind, as people make them.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { cast, command, joinPoll, makePoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const server = await startServer(test);
const browser = await startBrowser(test);

const DISHES = ["Ramen", "Tacos", "Pizza", "Falafel"];

/** Somebody in the vote of a poll, with a browser. */
async function voter(t, settings) {
	const admin = await makePoll(t, server, { options: DISHES, ...settings });
	const vera = await Visitor.arrive(t, browser, server, "Vera");
	await vera.join(admin.pollID);
	await command(admin, "start_vote");
	await vera.sees(vera.heading("Options"));
	return { admin, vera };
}

const ranked = (visitor) => visitor.section("Your ballot").getByRole("listitem");
const winners = (visitor, verdict) => visitor.section(verdict).getByRole("listitem");

test("taps past the last place change nothing, and every step can be undone", async (t) => {
	const { vera } = await voter(t, { votesPerVoter: 2 });
	await vera.rank("Ramen", "Tacos");
	await vera.sees(vera.text("2 of 2 ranked"));
	await vera.option("Pizza").click({ force: true }); // looks and is called disabled; a thumb does not read
	await vera.reads(ranked(vera), ["1 Ramen", "2 Tacos"]);

	await vera.button("Take Ramen off the ballot").click();
	await vera.reads(ranked(vera), ["1 Tacos"]);
	await vera.rank("Falafel");
	await vera.button("Move Falafel up").click();
	await vera.reads(ranked(vera), ["1 Falafel", "2 Tacos"]);
	await vera.button("Take Tacos off the ballot").click();
	await vera.reads(ranked(vera), ["1 Falafel"]);

	for (const before of [
		["1 Falafel", "2 Tacos"],
		["1 Tacos", "2 Falafel"],
		["1 Tacos"],
		["1 Ramen", "2 Tacos"],
		["1 Ramen"],
		[],
	]) {
		await vera.button("Undo").click();
		await vera.reads(ranked(vera), before);
	}
	assert.ok(await vera.button("Undo").isDisabled());
});

test("a ballot may be short, blank, and replaced until the vote closes", async (t) => {
	const { admin, vera } = await voter(t);
	await vera.button("Hand in a blank ballot").click();
	await vera.button("Submit ballot", vera.dialog()).click();
	await vera.sees(vera.text("You handed in a blank ballot."));

	await vera.button("Change ballot").click();
	await vera.vote("Pizza");
	await vera.reads(vera.section("Your ballot is in").getByRole("listitem"), ["1 Pizza"]);

	await vera.button("Change ballot").click();
	await vera.rank("Tacos");
	await vera.button("Take Pizza off the ballot").click();
	await vera.button("Keep the old one").click();
	await vera.reads(vera.section("Your ballot is in").getByRole("listitem"), ["1 Pizza"]);

	await vera.button("Change ballot").click();
	await vera.button("Take Pizza off the ballot").click();
	await vera.vote("Tacos");
	await vera.reads(vera.section("Your ballot is in").getByRole("listitem"), ["1 Tacos"]);
	await command(admin, "close_poll");
	await vera.reads(winners(vera, "The winner is"), ["Tacos"]);
	await vera.sees(vera.text(/1 ballot cast/));
});

test("where a ballot must be whole and final, the page says so", async (t) => {
	const { vera } = await voter(t, { votesPerVoter: 2, allowPartial: false, changeableVote: false });
	await vera.rank("Ramen");
	await vera.sees(vera.text("Rank all 2 to go on."));
	await vera.button("Review ballot").click({ force: true });
	assert.equal(await vera.dialog().count(), 0);
	await vera.rank("Pizza");
	await vera.button("Review ballot").click();
	await vera.sees(vera.text("It is final: in this poll a ballot cannot be changed."));
	await vera.button("Submit ballot", vera.dialog()).click();
	await vera.sees(vera.heading("Your ballot is in"));
	assert.equal(await vera.button("Change ballot").count(), 0);
});

test("somebody without a mouse creates, nominates, votes and closes", async (t) => {
	const kim = await Visitor.arrive(t, browser, server, "Kim", { device: "desktop" });
	const type = async (label, text) => {
		await kim.tabTo(kim.field(label));
		await kim.page.keyboard.type(text);
	};
	await kim.page.goto("/");
	await kim.press(kim.page.getByRole("link", { name: "Start a poll" }));
	await type("Topic", "Which film?");
	await type("Your name", "Kim");
	await kim.page.keyboard.press("Enter");
	await kim.sees(kim.heading("Which film?"));
	for (const film of ["Alien", "Brazil", "Clue"]) {
		await type("Your nomination", film);
		await kim.page.keyboard.press("Enter");
		await kim.sees(kim.button(`Remove ${film}`));
	}
	await kim.press(kim.button("Start voting"));
	await kim.press(kim.button("Open the vote", kim.dialog()));
	await kim.sees(kim.heading("Options"));

	for (const film of ["Alien", "Brazil", "Clue"]) await kim.press(kim.option(film), "Space");
	await kim.press(kim.button("Drag Clue"), "Space");
	await kim.sees(kim.text("Holding Clue over place 3."));
	await kim.page.keyboard.press("ArrowUp");
	await kim.sees(kim.text("Holding Clue over place 2."));
	await kim.page.keyboard.press("ArrowUp");
	await kim.sees(kim.text("Holding Clue over place 1."));
	await kim.page.keyboard.press("Space");
	await kim.reads(ranked(kim), ["1 Clue", "2 Alien", "3 Brazil"]);
	await kim.press(kim.button("Move Brazil up"));
	await kim.reads(ranked(kim), ["1 Clue", "2 Brazil", "3 Alien"]);

	await kim.press(kim.button("Review ballot"));
	await kim.page.keyboard.press("Escape");
	await kim.seesNot(kim.dialog());
	await kim.tabTo(kim.button("Review ballot"));
	await kim.page.keyboard.press("Enter");
	await kim.press(kim.button("Submit ballot", kim.dialog()));
	await kim.sees(kim.heading("Your ballot is in"));
	await kim.press(kim.button("Close voting"));
	await kim.press(kim.button("Close and count", kim.dialog()));
	await kim.reads(winners(kim, "The winner is"), ["Clue"]);
});

/** Presses, moves and lets go at points of the page, with a finger. */
async function finger(page) {
	const devtools = await page.context().newCDPSession(page);
	const touch = (type, touchPoints) => devtools.send("Input.dispatchTouchEvent", { type, touchPoints });
	return {
		down: (at) => touch("touchStart", [at]),
		move: (at) => touch("touchMove", [at]),
		up: () => touch("touchEnd", []),
	};
}

test("rows are dragged by a mouse, and by a finger that rests on them; one that does not scrolls", async (t) => {
	const { vera } = await voter(t, { votesPerVoter: 4 });
	await vera.rank("Ramen", "Tacos", "Pizza", "Falafel");
	const middle = async (place) => {
		const { x, y, width, height } = await ranked(vera).nth(place).boundingBox();
		return { x: x + width / 2, y: y + height / 2 };
	};
	const { mouse } = vera.page;
	await ranked(vera).first().scrollIntoViewIfNeeded();
	const [first, last] = [await middle(0), await middle(3)];
	await mouse.move(first.x, first.y);
	await mouse.down();
	await mouse.move(first.x, first.y + 30);
	await mouse.move(last.x, last.y, { steps: 4 });
	await vera.sees(vera.text("Holding Ramen over place 4."));
	await mouse.up();
	await vera.reads(ranked(vera), ["1 Tacos", "2 Pizza", "3 Falafel", "4 Ramen"]);

	const thumb = await finger(vera.page);
	const from = await middle(3);
	await thumb.down(from);
	await vera.sees(vera.text("Holding Ramen over place 4."));
	for (const y of [from.y - 20, (from.y + first.y) / 2, first.y]) await thumb.move({ x: from.x, y });
	await vera.sees(vera.text("Holding Ramen over place 1."));
	await thumb.up();
	await vera.reads(ranked(vera), ["1 Ramen", "2 Tacos", "3 Pizza", "4 Falafel"]);

	const before = await vera.page.evaluate(() => scrollY);
	const up = [20, 60, 100, 140].map((by) => ({ x: from.x, y: from.y - by }));
	await Promise.all([thumb.down(from), ...up.map(thumb.move), thumb.up()]); // or on a busy machine it rests in between
	await vera.page.waitForFunction((y) => scrollY > y, before);
	await vera.reads(ranked(vera), ["1 Ramen", "2 Tacos", "3 Pizza", "4 Falafel"]);
});

test("a tie is decided by draw, and says so; or stays one where that was wished", async (t) => {
	for (const declareTies of [false, true]) {
		const { admin, vera } = await voter(t, { method: "plurality", declareTies, options: ["Tea", "Coffee"] });
		await cast(admin, "Coffee");
		await vera.vote("Tea");
		await command(admin, "close_poll");
		if (declareTies) {
			await vera.reads(winners(vera, "A tie between"), ["Tea", "Coffee"]);
			await vera.inspect("phone-tie");
		} else {
			await vera.sees(vera.section("Tied, decided by draw"));
			await vera.sees(vera.section("Ties on the way").getByText(/were equal; the draw fell on/));
		}
	}
});

test("several winners are counted by transfers, and shown round by round", async (t) => {
	const { admin, vera } = await voter(t, { method: "stv", seats: 2 });
	const others = await Promise.all(["Bo", "Cy", "Di", "Ed"].map((name) => joinPoll(t, server, admin, name)));
	const [bo, cy, di, ed] = others;
	await cast(admin, "Ramen", "Tacos");
	await cast(bo, "Ramen", "Tacos");
	await cast(cy, "Ramen", "Pizza");
	await cast(di, "Pizza");
	await cast(ed, "Falafel", "Pizza");
	await vera.vote("Ramen", "Pizza");
	await command(admin, "close_poll");

	const rounds = vera.section("Round by round");
	await vera.sees(vera.section("The winners are"));
	await vera.reads(winners(vera, "The winners are"), ["Ramen", "Pizza"]);
	await vera.sees(rounds.getByText(/is the quota/));
	await vera.sees(rounds.getByRole("paragraph").filter({ hasText: /Ramen.* is elected/ }));
	while (await vera.button("Next round").isEnabled()) await vera.button("Next round").click();
	await vera.sees(rounds.getByRole("paragraph").filter({ hasText: /Pizza.* is elected/ }));
	await rounds.getByText("All rounds in a table").click();
	await vera.sees(rounds.getByRole("columnheader", { name: "Round 1", exact: true }));
	await vera.inspect("phone-several-winners");
});

test("with nobody's ballot the poll closes, and names no winner", async (t) => {
	const { admin, vera } = await voter(t);
	await command(admin, "close_poll");
	await vera.sees(vera.section("Nobody voted"));
	assert.equal(await vera.section("Final order").count(), 0);
	await vera.inspect("phone-no-winner");
});
