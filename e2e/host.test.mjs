// What hosts do: prepare a poll, keep the room and the options in order, run the clock, change devices. And what
// their guests see of it.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { ballot, command, joinPoll, makePoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const server = await startServer(test);
const browser = await startBrowser(test);

const LIST = "Option\tNote\tLink\nRamen\tby the river\thttps://ramen.example/menu\nTacos\nPizza";

const turnOn = (visitor, name) => visitor.page.getByRole("switch", { name, exact: true }).check();
const listed = (visitor) => visitor.section("Nominations").getByRole("listitem");

test("an evening in a host's hand", async (t) => {
	const host = await Visitor.arrive(t, browser, server, "Hanna");
	const bea = await Visitor.arrive(t, browser, server, "Bea");

	await host.page.goto("/create");
	await host.field("Topic").fill("Where do we eat?");
	await host.field("Your name").fill("Hanna");
	await host.page.getByText("Options to begin with").click();
	await host.field("Options").fill(LIST);
	await host.button("Add to the list").click();
	await host.sees(host.page.getByText("by the river"));
	await host.page.getByText("More settings").click();
	for (const name of [
		"Approve nominations",
		"Let people in one by one",
		"Reveal the result by hand",
		"I only run it",
	])
		await turnOn(host, name);
	await host.inspect("host-1-create");
	await host.button("Create poll").click();
	await host.sees(host.heading("Where do we eat?"));
	const code = new URL(host.page.url()).pathname.slice("/p/".length);
	await host.sees(listed(host).nth(2));
	await host.inspect("host-2-lobby");

	await bea.page.goto(`/p/${code}`);
	await bea.field("Your name").fill("Bea");
	await bea.button("Join poll").click();
	await bea.sees(bea.heading("The host will let you in"));
	await bea.inspect("guest-1-outside");
	await host.button("1 person waits to be let in").click();
	await host.sees(host.button("Let Bea in"));
	await host.inspect("host-3-newcomers");
	await host.button("Let Bea in").click();
	await bea.sees(bea.heading("Nominations"));
	await host.button("Close dialog").click();

	await bea.field("Your nomination").fill("Pizzas");
	await bea.button("Add").click();
	await bea.sees(bea.page.getByRole("list", { name: "Waiting for the host" }).getByText("Pizzas"));
	await bea.inspect("guest-2-waiting-nomination");
	await host.button("Approve 1 nomination").click();
	await host.button("Approve Pizzas").click();
	const like = host.dialog().getByRole("button", { name: /^Merge .*Pizza.*Pizzas/ });
	await host.sees(like);
	await host.inspect("host-4-options");
	await like.click();
	await host.sees(host.dialog().getByText(/Also: .Pizzas/));
	await bea.sees(bea.page.getByText(/Also: .Pizzas/));
	await host.button("Undo the merge").click();
	await bea.seesNot(bea.page.getByText(/Also: .Pizzas/));
	await host.button("Edit Tacos").click();
	await host.field("Option").fill("Tacos al pastor");
	await host.button("Save", host.dialog()).click();
	const row = (i) => host.dialog().locator("ol > li").nth(i).getByText(/./).first();
	await host.sees(row(0).filter({ hasText: "Ramen" }));
	const over = await row(0).boundingBox();
	await row(2).hover();
	await host.page.mouse.down();
	await host.page.mouse.move(over.x + 9, over.y + 40);
	await host.page.mouse.move(over.x + 9, over.y, { steps: 4 });
	await host.page.mouse.up();
	await bea.sees(listed(bea).first().filter({ hasText: "Pizza" }));
	await host.button("Sort by alphabet").click();
	await turnOn(host, "Close the nominations");
	await host.button("Close dialog").click();
	await bea.sees(bea.page.getByText("The host has closed the nominations."));
	const texts = () =>
		listed(bea).evaluateAll((rows) => rows.map((row) => row.querySelector("bdi").textContent));
	assert.deepEqual(await texts(), ["Pizza", "Pizzas", "Ramen", "Tacos al pastor"]);

	await host.button("Settings").click();
	await host.field("Topic").fill("Where do we eat tonight?");
	await host.inspect("host-5-settings");
	await host.button("Save", host.dialog()).click();
	await bea.sees(bea.heading("Where do we eat tonight?"));

	await host.button("Manage people").click();
	await host.button("Options for Bea").click();
	await host.button("Make co-host").click();
	await host.button("Yes", host.dialog()).click();
	await host.sees(host.dialog().getByText("Co-host", { exact: true }));
	await turnOn(host, "Lock the room");
	await host.inspect("host-6-people");
	await host.button("Close dialog").click();
	await bea.sees(bea.button("Manage people"));

	await host.button("Start voting").click();
	await host.dialog().getByText("5 minutes").click();
	await host.inspect("host-7-start");
	await host.button("Open the vote", host.dialog()).click();
	await bea.sees(bea.page.getByText(/^[45]:\d\d left$/).first());
	assert.match(await bea.page.title(), /^● Voting: /);
	await host.sees(host.page.getByText("Ballots: 0 of 1"));
	await host.button("One more minute").click();
	await bea.sees(bea.page.getByText(/^5:\d\d left$/).first());
	await host.inspect("host-8-voting");
	await bea.vote("Ramen");
	assert.match(await bea.page.title(), /^Voting: /);

	await host.closeVote();
	await bea.sees(bea.page.getByText("Voting has closed", { exact: true }));
	await host.inspect("host-9-closed");
	await host.confirm("Open voting again", "Open it again");
	await bea.sees(bea.heading("Your ballot is in"));
	await host.closeVote();
	await host.confirm("Skip to the result", "Show it");
	await bea.sees(bea.section("The winner is"));
	await bea.inspect("guest-3-result");

	await host.button("Run it again with the same people").click();
	await bea.sees(bea.button("Go there"));
	await bea.inspect("guest-4-again");
	await bea.button("Go there").click();
	await bea.sees(bea.button("Leave poll"));
});

test("a poll goes on with another device, once", async (t) => {
	const host = await Visitor.arrive(t, browser, server, "Hanna");
	const code = await host.create("Lunch?");
	await host.button("Continue on another device").click();
	const picture = host.dialog().getByRole("img");
	await host.sees(picture);
	await host.inspect("host-device");
	const link = (await picture.locator("title").textContent()).match(/http\S+/)[0];

	const tablet = await Visitor.arrive(t, browser, server, "Hanna's tablet", { device: "desktop" });
	await tablet.page.goto(link);
	await tablet.sees(tablet.button("Cancel poll"));
	assert.equal(new URL(tablet.page.url()).hash, "", "nobody can read the code in the address");
	await tablet.nominate("Soup");
	await host.button("Close dialog").click();
	await host.sees(host.button("Remove Soup"));

	const thief = await Visitor.arrive(t, browser, server, "Thief");
	thief.health.expect(/404/);
	await thief.page.goto(link);
	await thief.sees(thief.text(/This code no longer works/));
	await thief.page.goto(`/p/${code}`);
	await thief.sees(thief.button("Join poll"));
});

test("a ballot that was begun goes along to another device, and not with the link", async (t) => {
	const admin = await makePoll(t, server, {
		options: ["Ramen", "Tacos", "Pizza"],
	});
	const vera = await Visitor.arrive(t, browser, server, "Vera");
	await vera.join(admin.pollID);
	await command(admin, "start_vote");
	await vera.rank("Pizza", "Ramen");
	await vera.button("Continue on another device").click();
	await vera.inspect("phone-device-draft");
	const link = (await vera.dialog().getByRole("img").locator("title").textContent()).match(/http\S+/)[0];
	const requests = [];
	const tablet = await Visitor.arrive(t, browser, server, "Vera's tablet", { device: "desktop" });
	tablet.page.on("request", (request) => requests.push(request.url() + (request.postData() ?? "")));
	await tablet.page.goto(link);
	await tablet.sees(tablet.button("Review ballot"));
	const places = tablet.section("Your ballot").getByRole("listitem");
	await tablet.reads(places, ["1 Pizza", "2 Ramen"]);
	assert.equal(new URL(tablet.page.url()).hash, "");
	const [pizza] = await ballot(admin, "Pizza");
	assert.ok(link.includes(pizza));
	assert.deepEqual(
		requests.filter((sent) => sent.includes(pizza)),
		[],
	);
	await vera.context.grantPermissions(["clipboard-read", "clipboard-write"]);
	await vera.button("Copy link").click();
	const copied = await vera.page.evaluate(() => navigator.clipboard.readText());
	assert.equal(copied, link.split("&")[0]);
});

test("a guest may be nameless, only watch, and change their mind; a locked room says so at its door", async (t) => {
	const admin = await makePoll(t, server, { options: ["Ramen", "Tacos"], anonymous: true });
	const max = await Visitor.arrive(t, browser, server, "Max");
	await max.page.goto(`/p/${admin.pollID}`);
	await max.page.getByRole("checkbox", { name: "I only watch" }).check();
	await max.inspect("guest-door");
	await max.button("Join poll").click();
	await max.sees(max.text("You watch: you neither nominate nor vote."));
	await command(admin, "start_vote");
	await max.sees(max.text("You watch, and have no ballot."));
	await max.sees(max.text(/0 of 1/));
	await max.inspect("guest-watches");
	await max.button("Take part and vote").click();
	await max.vote("Tacos");

	await command(admin, "lock_room", { locked: true });
	const late = await Visitor.arrive(t, browser, server, "Late");
	await late.page.goto(`/p/${admin.pollID}`);
	await late.sees(late.heading("The room is locked"));
	await late.inspect("guest-locked");
});

test("thirty options are ranked on a phone, in an order of one's own", async (t) => {
	const options = Array.from({ length: 30 }, (_, i) => `Film ${i + 1}`);
	const admin = await makePoll(t, server, {
		options,
		nominationsPerVoter: 30,
		votesPerVoter: 10,
		shuffle: true,
	});
	const vera = await Visitor.arrive(t, browser, server, "Vera");
	await vera.join(admin.pollID);
	await command(admin, "start_vote");
	await vera.sees(vera.heading("Options"));
	const order = () => vera.section("Options").getByRole("listitem").allInnerTexts();
	const first = await order();
	assert.notDeepEqual(first, options);
	await vera.rank("Film 7");
	await vera.page.reload();
	await vera.sees(vera.heading("Options"));
	assert.deepEqual(
		await order(),
		first.filter((text) => text !== "Film 7"),
	);
	await vera.page.getByRole("searchbox").fill("film 12");
	await vera.rank("Film 12");
	await vera.page.getByRole("searchbox").fill("");
	await vera.rank("Film 30");
	await vera.inspect("phone-30-options");
	await vera.submit();
});

test("a host finds one in a crowd, and removes many at once", async (t) => {
	const host = await Visitor.arrive(t, browser, server, "Hanna");
	const code = await host.create("Lunch?");
	for (let i = 0; i < 40; i++) await joinPoll(t, server, { pollID: code }, `Bot ${i}`);
	await joinPoll(t, server, { pollID: code }, "Zoe");
	await host.button("Manage people").click();
	await host.sees(host.dialog().getByText("42 in this poll"));
	const search = host.page.getByRole("searchbox");
	await search.fill("زوي");
	await host.sees(host.dialog().getByText("0 people found"));
	const [icon, inside] = await search.evaluate((field) => [
		field.previousElementSibling.getBoundingClientRect().right,
		field.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(field).paddingLeft),
	]);
	assert.ok(icon <= inside, `the icon ends at ${icon}, what is in the field begins at ${inside}`);
	await search.fill("ZOE");
	await host.sees(host.dialog().getByText("1 person found"));
	await search.fill("bot");
	await host.sees(host.dialog().getByText("40 people found"));
	await host.button("Remove all of these").click();
	await host.inspect("host-crowd");
	await host.button("Remove 40 people").click();
	await host.sees(host.dialog().getByText("2 in this poll"));
	await host.sees(host.button("Options for Zoe"));
});
