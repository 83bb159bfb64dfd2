// The ways out of a poll: the end of it, being sent away, and leaving.
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { cast, command, makePoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const server = await startServer(test);
const browser = await startBrowser(test);

test("a cancelled poll leaves nobody on a dead page", async (t) => {
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	const bob = await Visitor.arrive(t, browser, server, "Bob", { device: "desktop" });
	const code = await ann.create("Shall we?");
	await bob.join(code);
	await ann.button("Cancel poll").click();
	await ann.inspect("phone-cancel");
	await ann.button("Cancel poll", ann.dialog()).click();
	for (const v of [ann, bob]) {
		await v.sees(v.heading("This poll was cancelled"));
		await v.sees(v.text("Shall we?"));
	}
	await bob.inspect("desktop-cancelled");
	bob.health.expect(/status of 404/);
	await bob.page.reload();
	await bob.sees(bob.heading("No poll with this code"));
	await bob.page.getByRole("link", { name: "Enter another code" }).click();
	await bob.sees(bob.heading("Decide together."));
	await bob.seesNot(bob.heading("Your polls"));
});

test("somebody who is removed is told, and stays out", async (t) => {
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	const bob = await Visitor.arrive(t, browser, server, "Bob");
	const code = await ann.create("Who stays?");
	await bob.join(code);
	const seat = await bob.page.evaluate((key) => localStorage.getItem(key), `caucus.seat.${code}`);

	await ann.button("Manage people").click();
	await ann.button("Options for Bob").click();
	await ann.button("Remove", ann.dialog()).click();
	await ann.sees(ann.text(/With the code they can join again/));
	await ann.inspect("phone-roster");
	await ann.button("Remove", ann.dialog()).click();
	await bob.sees(bob.heading("You were removed"));
	await bob.inspect("phone-removed");
	await ann.seesNot(ann.dialog().getByText("Bob"));

	// A page that kept the token, as another tab may have, is refused.
	await bob.page.evaluate(([key, value]) => localStorage.setItem(key, value), [`caucus.seat.${code}`, seat]);
	await bob.page.reload();
	await bob.sees(bob.heading("You are not in this poll"));
	await bob.sees(bob.button("Join again"));
});

test("somebody who leaves is gone, and comes back as the same person", async (t) => {
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	const bob = await Visitor.arrive(t, browser, server, "Bob");
	const code = await ann.create("Who goes?");
	await bob.join(code);
	await bob.nominate("Home");
	const names = ann.section("People").getByRole("listitem");
	await ann.reads(names, ["Bob", "Ann Host You"]);
	await bob.confirm("Leave poll", "Leave");
	await bob.sees(bob.heading("You have left"));
	await ann.reads(names, ["Ann Host You"]);
	await bob.inspect("phone-left");

	await bob.button("Join again").click();
	await bob.sees(bob.section("Nominations").getByText("Yours"));
	await ann.reads(names, ["Bob", "Ann Host You"]);
});

test("whoever comes when voting has ended is led to the result, from everywhere", async (t) => {
	const form = await Visitor.arrive(t, browser, server, "Form");
	const late = await Visitor.arrive(t, browser, server, "Late");
	const typed = await Visitor.arrive(t, browser, server, "Typed", { device: "desktop" });
	const admin = await makePoll(t, server, { topic: "In time?", options: ["Yes", "No"] });
	const { body } = await server.post("/polls/join", { pollID: admin.pollID, name: "Late", patches: true });
	await command(admin, "start_vote");
	form.health.expect(/status of 409/);
	await form.page.goto(`/p/${admin.pollID}`);
	await form.field("Your name").fill("Form");
	await cast(admin, "Yes");
	await command(admin, "close_poll");
	await form.button("Join poll").click();

	const seat = JSON.stringify({ token: body.accessToken, topic: "In time?" });
	await late.page.goto("/");
	await late.page.evaluate(
		([key, value]) => localStorage.setItem(key, value),
		[`caucus.seat.${admin.pollID}`, seat],
	);
	await late.page.goto(`/p/${admin.pollID}`);

	await typed.page.goto("/");
	await typed.field("Poll code").fill(admin.pollID);
	for (const v of [form, late, typed])
		await v.reads(v.section("The winner is").getByRole("listitem"), ["Yes"]);
	await form.inspect("phone-too-late");
});

test("whoever waits at the door when voting ends is led to where the result will be", async (t) => {
	const bob = await Visitor.arrive(t, browser, server, "Bob");
	const settings = { topic: "Who is in?", options: ["A", "B"], admission: "approve", reveal: true };
	const admin = await makePoll(t, server, settings);
	await command(admin, "start_vote");
	await bob.page.goto(`/p/${admin.pollID}`);
	await bob.field("Your name").fill("Bob");
	await bob.button("Join poll").click();
	await bob.sees(bob.heading("The host will let you in"));
	await cast(admin, "B");
	await command(admin, "close_poll");
	await bob.sees(bob.heading("The result is not out yet"));
	await bob.inspect("phone-not-out");
	await command(admin, "reveal_result");
	await bob.button("Try again").click();
	await bob.reads(bob.section("The winner is").getByRole("listitem"), ["B"]);
});

test("a host hands over, and the other one starts", async (t) => {
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	const bob = await Visitor.arrive(t, browser, server, "Bob");
	const code = await ann.create("Who leads?");
	await bob.join(code);
	await ann.nominate("One");
	await bob.nominate("Two");
	await ann.button("Manage people").click();
	await ann.button("Options for Bob").click();
	await ann.button("Hand over the poll", ann.dialog()).click();
	await ann.button("Yes", ann.dialog()).click();
	await ann.sees(ann.text("You are no longer the host of this poll."));
	await ann.button("Close dialog").click();
	await ann.seesNot(ann.button("Start voting"));
	await bob.startVote();
	for (const v of [ann, bob]) await v.sees(v.heading("Options"));
});

test("a code that no poll has gets a clear page, and so does any other address", async (t) => {
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	ann.health.expect(/status of 404/);
	await ann.page.goto("/");
	await ann.field("Poll code").fill("K7M");
	await ann.button("Join").click();
	await ann.sees(ann.text("A code has 6 letters and digits, such as K7M4QX."));
	await ann.field("Poll code").fill("zzz-zzz"); // the sixth character asks
	await ann.sees(ann.text("No poll has this code. Polls also end after a while."));
	await ann.inspect("phone-wrong-code");
	await ann.page.goto("/p/ZZZZZZ");
	await ann.sees(ann.heading("No poll with this code"));
	await ann.page.getByRole("link", { name: "Enter another code" }).click();
	await ann.sees(ann.field("Poll code"));

	await ann.page.goto("/nothing/here");
	await ann.sees(ann.heading("There is nothing here"));
	await ann.inspect("phone-nothing-here");
});

test("a poll that expires in the middle of the vote is counted, and then says that it is over", async (t) => {
	const brief = await startServer(t, { args: ["-poll-ttl", "24s"] });
	const vera = await Visitor.arrive(t, browser, brief, "Vera");
	const admin = await makePoll(t, brief, { topic: "Quick!", options: ["A", "B"] });
	await vera.join(admin.pollID);
	await command(admin, "start_vote");
	await vera.sees(vera.heading("Options"));
	await cast(admin, "B");
	await vera.reads(vera.section("The winner is").getByRole("listitem"), ["B"]); // an eighth of its life before
	await vera.sees(vera.heading("This poll has expired"));
	await vera.inspect("phone-expired");
	vera.health.expect(/status of 404/);
	await vera.page.reload();
	await vera.sees(vera.heading("No poll with this code"));
});

test("what the form asks for is checked where it is filled in", async (t) => {
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	await ann.page.goto("/create");
	await ann.field("Topic").fill("   ");
	await ann.field("Your name").fill("A".repeat(26));
	await ann.button("Create poll").click();
	await ann.sees(ann.text("Say what the poll is about."));
	await ann.sees(ann.text("1 character too long."));
	await ann.page.getByText("More settings").click();
	await ann.inspect("phone-create");
});
