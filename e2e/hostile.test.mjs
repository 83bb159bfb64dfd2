// What people write, and what browsers do to pages, must not break them: every page of a poll with the worst of
// texts, at every width, with every control hit at its centre; and a whole poll on pages that are translated.
import assert from "node:assert/strict";
import test from "node:test";
import { picture, screenshot, startBrowser } from "./support/browser.mjs";
import { BROKEN } from "./support/health.mjs";
import { look, sound } from "./support/look.mjs";
import { cast, command, makePoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const server = await startServer(test);
const browser = await startBrowser(test);

const OPTIONS = [
	`https://example.org/${"a".repeat(80)}`,
	"W".repeat(100),
	"東京都渋谷区神宮前一丁目二番三号の焼き鳥屋".repeat(4),
	"مطعم الفلافل القديم في وسط المدينة القديمة",
	"👩‍👩‍👧🏳️‍🌈".repeat(40),
	"Z̵̡͔͎̦̐̍͂a̶̢̛̭̣̓͝l̷̪̈́͝g̶̟̋o̸̧ ".repeat(10).trim(),
	"Pizza",
	"Ramen > Tacos ~ <b>?",
	"Incomprehensibilities".repeat(4),
];
const TOPIC = `Where? https://example.org/${"x".repeat(60)}`;
const LONG_NAME = "M".repeat(25);
const WIDTHS = [320, 360, 390, 1280];

/** Nothing sticks out of the window, every control is what is hit at its centre, and what is cut off loses its end. */
async function stands(visitor, name) {
	for (const width of WIDTHS) {
		for (const zoom of width === 1280 ? [1, 2] : [1]) {
			await visitor.page.setViewportSize({ width: width / zoom, height: 800 / zoom });
			const faults = await visitor.page.evaluate(look);
			if (Object.values(faults).some((elements) => elements.length > 0))
				await screenshot(visitor.page, `broken-${name}-${width}-${zoom}`);
			assert.deepEqual(faults, sound, `${name} at ${width} px, zoom ${zoom}`);
		}
		await picture(visitor.page, `hostile-${name}-${width}`);
	}
}

test("the worst of texts breaks no page, in any phase, at any width", async (t) => {
	const guest = await Visitor.arrive(t, browser, server, LONG_NAME);
	const host = await Visitor.arrive(t, browser, server, "Host");
	await guest.page.goto("/");
	await stands(guest, "welcome");
	const code = await host.create(TOPIC, { votes: 5 });
	await host.page.goto("/create");
	await host.page.getByText("More settings").click();
	await host.page.getByText("Options to begin with").click();
	await host.field("Options").fill(OPTIONS.join("\n"));
	await host.button("Add to the list").click();
	await host.button("Edit Pizza").click();
	await stands(host, "create");
	await host.page.goto(`/p/${code}`);
	await guest.page.goto(`/p/${code}`);
	await guest.sees(guest.heading(TOPIC));
	await stands(guest, "invitation");
	await guest.join(code);
	for (const [i, text] of OPTIONS.entries()) {
		const author = i % 2 ? host : guest;
		const listed = author.section("Nominations").getByRole("listitem");
		await author.field("Your nomination").fill(text);
		await author.button("Add").click();
		await listed.nth(i).waitFor();
	}
	await stands(guest, "lobby-guest");
	await stands(host, "lobby-host");
	for (const [button, name] of [
		["Manage people", "people"],
		["Edit options", "options"],
		["Settings", "settings"],
		["Continue on another device", "device"],
	]) {
		await host.button(button).click();
		if (name === "people") await host.button(`Options for ${LONG_NAME}`).click();
		if (name === "options") await host.button("Edit Pizza").click();
		await stands(host, name);
		await host.button("Close dialog").click();
	}
	await host.startVote();
	await guest.sees(guest.heading("Options"));
	await stands(guest, "voting-guest");
	for (const person of [guest, host]) {
		for (let i = 0; i < 4; i++)
			await person.section("Options").getByRole("listitem").first().getByRole("button").click();
	}
	await stands(guest, "ranked-guest");
	await stands(host, "ranked-host");
	await guest.button("Review ballot").click();
	await stands(guest, "review");
	await guest.button("Submit ballot", guest.dialog()).click();
	await guest.sees(guest.heading("Your ballot is in"));
	await stands(guest, "submitted");
	await host.submit();
	await host.closeVote();
	await guest.sees(guest.heading("Final order"));
	await stands(guest, "result");
});

test("an Arabic page stands as well, from right to left", async (t) => {
	const admin = await makePoll(t, server, { topic: TOPIC, options: OPTIONS, votesPerVoter: 5 });
	const layla = await Visitor.arrive(t, browser, server, "ليلى", { locale: "ar-EG" });
	await layla.page.goto(`/p/${admin.pollID}`);
	await layla.field("اسمك").fill("ليلى");
	await layla.button("الانضمام إلى التصويت").click();
	await layla.sees(layla.heading("الاقتراحات"));
	assert.equal(await layla.page.evaluate(() => document.documentElement.dir), "rtl");
	await stands(layla, "lobby-arabic");
	await command(admin, "start_vote");
	await layla.sees(layla.heading("الخيارات"));
	const options = layla.section("الخيارات").getByRole("listitem");
	for (let i = 0; i < 3; i++) await options.first().getByRole("button").click();
	await stands(layla, "voting-arabic");
	await layla.inspect("phone-arabic");
	await cast(admin, OPTIONS[0]);
	await command(admin, "close_poll");
	await layla.sees(layla.heading("الترتيب النهائي"));
	await stands(layla, "result-arabic");
});

/** Runs in the page: puts every text into elements, again and again, as a translator does. */
function translateAlways() {
	const wrap = (root) => {
		const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
		const texts = [];
		while (walker.nextNode()) texts.push(walker.currentNode);
		for (const text of texts) {
			const holder = text.parentElement;
			if (
				!text.data.trim() ||
				!holder ||
				holder.closest("font, script, style, option, textarea, [translate=no]")
			)
				continue;
			const font = document.createElement("font");
			const inner = document.createElement("font");
			inner.textContent = text.data;
			font.append(inner);
			text.replaceWith(font);
		}
	};
	new MutationObserver(() => document.body && wrap(document.body)).observe(document, {
		childList: true,
		subtree: true,
		characterData: true,
	});
}

test("a poll is played on pages that the browser translates", async (t) => {
	const host = await Visitor.arrive(t, browser, server, "Ann");
	const guest = await Visitor.arrive(t, browser, server, "Bob");
	for (const v of [host, guest]) await v.page.addInitScript(translateAlways);
	const code = await host.create("Lunch?");
	await guest.join(code);
	await host.sees(host.text("2 people, 2 online"));
	await host.button("Copy link").click();
	await host.nominate("Ramen");
	await guest.nominate("Tacos");
	await host.sees(host.text("2 options to vote on."));
	await guest.button("Remove Tacos").click();
	await host.sees(host.text("1 more nomination needed to start."));
	await guest.nominate("Pizza");
	await host.startVote();
	await guest.vote("Pizza", "Ramen");
	await host.sees(host.text(/1 of 2\s+have voted/));
	await host.vote("Pizza");
	await guest.sees(guest.text(/2 of 2\s+have voted/));
	await host.closeVote();
	for (const v of [host, guest]) await v.reads(v.section("The winner is").getByRole("listitem"), ["Pizza"]);
});

test("a ballot on a line that drops everything is said to be unconfirmed, and arrives", async (t) => {
	const admin = await makePoll(t, server, { options: ["Ramen", "Tacos"] });
	const vera = await Visitor.arrive(t, browser, server, "Vera");
	vera.health.expect(BROKEN);
	let dropping = false;
	await vera.page.routeWebSocket(/socket\.io/, (page) => {
		const upstream = page.connectToServer();
		page.onMessage((message) => dropping || upstream.send(message));
		upstream.onMessage((message) => dropping || page.send(message));
	});
	await vera.join(admin.pollID);
	await command(admin, "start_vote");
	await vera.rank("Tacos");
	await vera.button("Review ballot").click();
	dropping = true;
	await vera.button("Submit ballot", vera.dialog()).click();
	await vera.sees(vera.text("Not confirmed yet, still trying"));
	await vera.page.reload({ waitUntil: "commit" });
	dropping = false;
	await vera.sees(vera.heading("Your ballot is in"));
	await vera.sees(vera.text("Your ballot is recorded."));
});

test("a part of the program that is lost on its way is fetched again", async (t) => {
	const admin = await makePoll(t, server, { options: ["Ramen"] });
	const vera = await Visitor.arrive(t, browser, server, "Vera");
	vera.health.expect(BROKEN);
	let lost = 0;
	await vera.page.route(/assets\/inside-.*\.js/, (route) => (lost++ < 2 ? route.abort() : route.continue()));
	await vera.join(admin.pollID);
	assert.ok(lost > 2);
});

test("a clock that is days ahead costs nobody their seat", async (t) => {
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	await ann.page.clock.setFixedTime(Date.now() + 2 * 86_400_000);
	const code = await ann.create("When?");
	await ann.page.goto("/");
	await ann.sees(ann.heading("Your polls"));
	await ann.page.goto(`/p/${code}`);
	await ann.sees(ann.button("Cancel poll"));
});
