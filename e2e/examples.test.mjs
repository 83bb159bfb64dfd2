// The programs under examples/ do what their READMEs say.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { startExample } from "./support/example.mjs";
import { Visitor } from "./support/visitor.mjs";

const browser = await startBrowser(test);

/** Two people with a page of an example: one with a phone, one with a computer. */
async function two(t, name) {
	const program = await startExample(t, name);
	const ann = await Visitor.arrive(t, browser, program, "Ann");
	const bob = await Visitor.arrive(t, browser, program, "Bob", { device: "desktop" });
	for (const v of [ann, bob]) await v.page.goto("/");
	return [ann, bob];
}

test("chat: all hear what is said, those who come later and those who were away, too", async (t) => {
	const [ann, bob] = await two(t, "chat");
	const enter = async (v, name) => {
		await v.field("Your name").fill(name);
		await v.button("Enter").click();
	};
	const say = async (v, text) => {
		await v.field("Message").fill(text);
		await v.button("Send").click();
	};
	const hears = (v, text) => v.sees(v.page.getByRole("log").getByText(text));

	ann.health.expect(/WebSocket is closed before the connection is established/); // who is refused needs none
	await enter(ann, " ");
	await ann.sees(ann.text("A name has 1 to 30 characters."));
	await ann.inspect("chat-entrance");
	await enter(ann, "Ann");
	await say(ann, "Hello? Is anybody here?");
	await hears(ann, "Hello? Is anybody here?");

	await enter(bob, "Bob");
	await hears(bob, "Hello? Is anybody here?");
	await ann.sees(ann.text("Ann, Bob"));
	await eventually("Bob's typing", ann.page, async () => {
		await bob.field("Message").fill(String(Math.random())); // again and again, since it may get lost
		return ann.text("Bob is typing…").isVisible();
	});
	await say(bob, "Yes, I am.");
	await hears(ann, "Yes, I am.");
	await ann.seesNot(ann.text("Bob is typing…"));

	ann.health.expect(/Failed to load resource: net::ERR_|WebSocket connection to/);
	await ann.context.setOffline(true);
	await ann.sees(ann.text("Connecting…"));
	await say(bob, "Are you still there?");
	await ann.context.setOffline(false);
	await hears(ann, "Are you still there?");
	const all = ["Hello? Is anybody here?", "Yes, I am.", "Are you still there?"];
	for (const v of [ann, bob]) {
		const heard = await v.page.getByRole("log").getByRole("listitem").allInnerTexts();
		assert.deepEqual(
			heard.map((text) => text.split("\n").at(-1)),
			all,
		);
	}
	await ann.inspect("chat-phone");
	await bob.inspect("chat-desktop");
});

test("react: the page knows whether it is connected, and its listeners are there once", async (t) => {
	const [ann, bob] = await two(t, "react");
	const post = async (v, text) => {
		await v.field("Note").fill(text);
		await v.button("Post").click();
		await v.sees(v.section("Notes").getByText(text));
	};
	const notes = (v) => v.section("Notes").getByRole("listitem");
	const connected = (v) => v.page.getByRole("status").getByText("Connected", { exact: true });
	const disconnected = (v) => v.page.getByRole("status").getByText("Disconnected", { exact: true });

	for (const v of [ann, bob]) await v.sees(connected(v));
	await post(ann, "one");
	await bob.reads(notes(bob), ["one from another window"]);

	await bob.button("Disconnect").click();
	await bob.sees(disconnected(bob));
	await post(ann, "two");
	await bob.button("Connect").click();
	await bob.sees(connected(bob));
	await post(bob, "three");
	await bob.reads(notes(bob), ["one from another window", "three from here"]);
	await ann.reads(notes(ann), ["one from here", "two from here", "three from another window"]);
	await ann.inspect("react-phone");
	await bob.inspect("react-desktop");
});

test("cursors: everybody sees where the others point", async (t) => {
	const [ann, bob] = await two(t, "cursors");
	for (const v of [ann, bob]) await v.sees(v.text(/^You are /));
	const [there, here] = [bob, ann].map((v) => v.page.viewportSize());
	const cursor = ann.page.locator(".cursor");
	await eventually("Bob's cursor where he points", ann.page, async () => {
		await bob.page.mouse.move(there.width / 4 + Math.random(), there.height / 2); // any of them may get lost
		const box = (await cursor.count()) > 0 && (await cursor.boundingBox());
		return box && Math.hypot(box.x - here.width / 4, box.y - here.height / 2) < 2;
	});
	const own = (await bob.text(/^You are /).textContent()).replace("You are ", "");
	assert.equal(
		await bob.page.locator(".cursor").filter({ hasText: own }).count(),
		0,
		"one's own cursor is not shown",
	);
	await eventually("Ann's finger", bob.page, async () => {
		await ann.page.touchscreen.tap(100, 200);
		return (await bob.page.locator(".cursor").count()) > 0;
	});
	await ann.inspect("cursors-phone");
	await bob.inspect("cursors-desktop");
	await bob.page.goto("about:blank");
	await ann.seesNot(cursor);
});

/** Waits until `condition` holds, a frame at a time. */
async function eventually(what, page, condition) {
	const end = Date.now() + 15_000;
	while (!(await condition())) {
		assert.ok(Date.now() < end, `waited in vain for ${what}`);
		await page.evaluate(() => new Promise(requestAnimationFrame));
	}
}
