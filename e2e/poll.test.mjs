// Three people through a whole poll, each with a browser of their own.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const FOX = "Zoë 🦊👩‍👩‍👧";
const LAYLA = "ليلى <b>~?";

test("three people decide, on two phones and a computer", async (t) => {
	const server = await startServer(t);
	const browser = await startBrowser(t);
	const ann = await Visitor.arrive(t, browser, server, "Ann", { device: "phone" });
	const zoe = await Visitor.arrive(t, browser, server, FOX, { device: "desktop" });
	const layla = await Visitor.arrive(t, browser, server, LAYLA, { device: "phone" });
	const people = [ann, zoe, layla];
	const everyone = (act) => Promise.all(people.map(act));

	await ann.page.goto("/");
	await ann.sees(ann.heading("Decide together."));
	await ann.inspect("phone-1-welcome");
	await zoe.page.goto("/");
	await zoe.inspect("desktop-1-welcome");

	const code = await ann.create("Where do we eat tonight?");
	assert.match(code, /^[2-9A-HJKMNP-TV-Z]{6}$/);
	await ann.sees(ann.text("2 more nominations needed to start."));
	await ann.inspect("phone-2-empty-room");

	await zoe.field("Poll code").fill(` ${code.toLowerCase()} `);
	await zoe.sees(zoe.heading("Where do we eat tonight?"));
	await zoe.inspect("desktop-2-invitation");
	await zoe.field("Your name").fill(FOX);
	await zoe.button("Join poll").click();
	await layla.join(code);

	const names = (visitor) => visitor.section("People").getByRole("listitem");
	await ann.reads(names(ann), [LAYLA, FOX, "Ann Host You"]);
	await zoe.reads(names(zoe), [LAYLA, `${FOX} You`, "Ann Host"]);
	await layla.reads(names(layla), [`${LAYLA} You`, FOX, "Ann Host"]);
	await everyone((v) => v.sees(v.text("3 people, 3 online")));

	await ann.nominate("Ramen");
	await zoe.nominate("Tacos 🌮");
	await layla.nominate("فلافل");
	await layla.nominate("Pizza > all");
	await everyone(async (v) => {
		const options = v.section("Nominations").getByRole("listitem");
		const own = (text, author) => (v === author ? `${text} Yours` : text);
		await v.reads(options, [
			own("Ramen", ann),
			own("Tacos 🌮", zoe),
			own("فلافل", layla),
			own("Pizza > all", layla),
		]);
	});
	assert.equal(await zoe.button("Start voting").count(), 0, "only the admin starts");
	assert.equal(await zoe.button("Remove Ramen").count(), 0, "another's nomination stays");

	await layla.field("Your nomination").fill(" pIZZA >  ALL ");
	await layla.button("Add").click();
	await layla.sees(layla.page.getByRole("alert").filter({ hasText: /on the list already/ }));
	await ann.inspect("phone-3-room");
	await zoe.inspect("desktop-3-room");
	await layla.inspect("phone-3-room-guest");

	await ann.button("Start voting").click();
	await ann.inspect("phone-4-start");
	await ann.button("Open the vote", ann.dialog()).click();
	await everyone((v) => v.sees(v.heading("Options")));
	await zoe.inspect("desktop-5-voting");

	await ann.rank("Ramen", "Pizza", "Tacos");
	await ann.inspect("phone-5-voting");
	await ann.button("Review ballot").click();
	await ann.reads(ann.dialog().getByRole("listitem"), ["1 Ramen", "2 Pizza > all", "3 Tacos 🌮"]);
	await ann.inspect("phone-6-review");
	await ann.button("Submit ballot", ann.dialog()).click();
	await ann.sees(ann.heading("Your ballot is in"));
	await everyone((v) => v.sees(v.text(/1 of 3\s+have voted/)));

	await zoe.vote("فلافل", "Ramen");
	await layla.vote("فلافل");
	await ann.sees(ann.text(/3 of 3\s+have voted/));
	await ann.inspect("phone-7-submitted");
	await zoe.inspect("desktop-7-submitted");

	await ann.closeVote();
	await everyone(async (v) => {
		const winner = v.section("The winner is");
		await v.sees(winner);
		await v.reads(winner.getByRole("listitem"), ["فلافل"]);
		const order = v.section("Final order").getByRole("rowheader").locator("bdi");
		assert.deepEqual((await order.allInnerTexts()).slice(0, 2), ["فلافل", "Ramen"]);
	});
	await ann.inspect("phone-8-result");
	await zoe.inspect("desktop-8-result");

	const stranger = await Visitor.arrive(t, browser, server, "Stranger", { device: "phone" });
	await stranger.page.goto(`/p/${code}`);
	await stranger.reads(stranger.section("The winner is").getByRole("listitem"), ["فلافل"]);
	await stranger.inspect("phone-9-public-result");
});
