// A whole evening from right to left: a host, a guest and the big screen, who read Arabic.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { look, sound } from "./support/look.mjs";
import { cast, joinPoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";
import { wordsOf } from "./support/words.mjs";

const OPTIONS = ["مطعم الفلافل القديم", "بيتزا", "Ramen 拉麺"];

/** The page reads from right to left and stands. */
async function stands(visitor, where) {
	assert.equal(await visitor.page.evaluate(() => document.documentElement.dir), "rtl");
	assert.deepEqual(await visitor.page.evaluate(look), sound, `${visitor.name}, ${where}`);
}

test("an evening is played in Arabic, by a host, a guest and on the screen", async (t) => {
	const server = await startServer(t);
	const browser = await startBrowser(t);
	const words = await wordsOf("ar");
	const arabic = { locale: "ar-EG", words };
	const host = await Visitor.arrive(t, browser, server, "ليلى", arabic);
	const guest = await Visitor.arrive(t, browser, server, "عمر", arabic);
	const screen = await Visitor.arrive(t, browser, server, "الشاشة", {
		...arabic,
		device: "desktop",
		viewport: { width: 1280, height: 720 },
	});

	const code = await host.create("أين نتناول العشاء؟");
	await host.button("Big screen").click();
	await host.sees(host.dialog().getByRole("checkbox", { checked: true }));
	await stands(host, "the dialog of the big screen");
	const link = await host.dialog().getByRole("link").getAttribute("href");
	await host.button("Close dialog").click();
	await screen.page.goto(link);
	await guest.join(code);
	await host.nominate(OPTIONS[0]);
	await guest.nominate(OPTIONS[1]);
	await guest.nominate("شاورما");
	const regretted = guest.section("Nominations").getByRole("listitem").filter({ hasText: "شاورما" });
	await regretted.getByRole("button").click();
	await guest.seesNot(regretted);
	await guest.nominate(OPTIONS[2]);
	for (const text of OPTIONS) await screen.sees(screen.text(text));
	for (const one of [host, guest, screen]) await stands(one, "the lobby");

	const other = await joinPoll(t, server, { pollID: code }, "نور");
	await host.startVote();
	await guest.rank(OPTIONS[1], OPTIONS[0]);
	await guest.button("Undo").click();
	await guest.rank(OPTIONS[2]);
	for (const one of [host, guest, screen]) await stands(one, "the vote");
	await guest.button("Review ballot").click();
	await stands(guest, "the review");
	await guest.button("Submit ballot", guest.dialog()).click();
	await guest.sees(guest.heading("Your ballot is in"));
	await host.vote(OPTIONS[0], OPTIONS[2]);
	await cast(other, OPTIONS[2]);

	await host.closeVote();
	await guest.sees(guest.heading("The ballots are counted"));
	await host.button("Show the first step").click();
	await guest.seesNot(guest.section("The winner is"));
	for (const one of [host, guest, screen]) await stands(one, "the first step");
	await host.button("Skip to the result").click();
	await host.button("Show it", host.dialog()).click();
	for (const one of [host, guest, screen]) {
		const winner = one.page
			.getByRole("region")
			.filter({ hasText: words.get("Tied, decided by draw") })
			.or(one.section("The winner is"));
		await one.sees(winner);
		await stands(one, "the result");
	}
	await guest.inspect("arabic-result");
	await screen.inspect("arabic-screen");
});
