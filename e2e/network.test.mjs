// What networks, servers and people with several tabs do to an open page.
import assert from "node:assert/strict";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { BROKEN } from "./support/health.mjs";
import { command, joinPoll, makePoll } from "./support/poll.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const browser = await startBrowser(test);

const lost = (visitor) => visitor.text("Connection lost. Reconnecting…");

test("a reload changes nothing, in any phase", async (t) => {
	const server = await startServer(t);
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	const bob = await Visitor.arrive(t, browser, server, "Bob", { device: "desktop" });
	const code = await ann.create("Still here?");
	await bob.join(code);
	await bob.nominate("Yes");
	await bob.nominate("No");

	await bob.page.reload();
	await bob.reads(bob.section("Nominations").getByRole("listitem"), ["Yes Yours", "No Yours"]);
	await bob.reads(bob.section("People").getByRole("listitem"), ["Bob You", "Ann Host"]);
	await ann.page.reload();
	await ann.startVote();

	await bob.rank("No", "Yes");
	await bob.page.reload(); // the draft is kept
	await bob.reads(bob.section("Your ballot").getByRole("listitem"), ["1 No", "2 Yes"]);
	await bob.submit();
	await bob.page.reload();
	await bob.reads(bob.section("Your ballot is in").getByRole("listitem"), ["1 No", "2 Yes"]);

	await ann.page.reload();
	await ann.closeVote();
	await ann.sees(ann.section("The winner is"));
	await bob.page.reload();
	await bob.reads(bob.section("The winner is").getByRole("listitem"), ["No"]);
});

test("two tabs are one person, and one of them may close", async (t) => {
	const server = await startServer(t);
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	const bob = await Visitor.arrive(t, browser, server, "Bob");
	const code = await ann.create("Twice?");
	await bob.join(code);
	const tab = await bob.newTab();
	await tab.page.goto(`/p/${code}`);
	await tab.nominate("In a tab");
	await bob.sees(bob.section("Nominations").getByText("Yours"));
	await ann.reads(ann.section("People").getByRole("listitem"), ["Bob", "Ann Host You"]);
	await tab.page.close();
	await ann.nominate("A sign that time has passed");
	await bob.sees(bob.section("Nominations").getByText("A sign that time has passed"));
	await ann.sees(ann.text("2 people, 2 online"));

	await ann.startVote();
	const other = await bob.newTab();
	await other.page.goto(`/p/${code}`);
	await bob.vote("In a tab");
	await other.sees(other.heading("Your ballot is in"));
});

test("a page without a network says so, keeps what is sent, and recovers", async (t) => {
	const server = await startServer(t);
	const admin = await makePoll(t, server, { options: ["Ramen"] });
	const vera = await Visitor.arrive(t, browser, server, "Vera");
	await vera.join(admin.pollID);
	vera.health.expect(BROKEN);

	await vera.context.setOffline(true);
	await vera.sees(lost(vera));
	await vera.field("Your nomination").fill("Tacos");
	await vera.button("Add").click();
	await vera.sees(vera.text("Not confirmed yet, still trying"));
	await vera.inspect("phone-offline");
	await command(admin, "nominate", { text: "Pizza" });

	await vera.context.setOffline(false);
	await vera.seesNot(lost(vera));
	await vera.seesNot(vera.text("Not confirmed yet, still trying"));
	const options = vera.section("Nominations").getByRole("listitem");
	await vera.reads(options, ["Ramen", "Pizza", "Tacos Yours"]);
});

test("a server that is killed and started again takes up every page where it was", async (t) => {
	const server = await startServer(t);
	const ann = await Visitor.arrive(t, browser, server, "Ann");
	const bob = await Visitor.arrive(t, browser, server, "Bob", { device: "desktop" });
	for (const v of [ann, bob]) v.health.expect(BROKEN);
	const code = await ann.create("Again?");
	await bob.join(code);
	await ann.nominate("Yes");
	await ann.nominate("No");

	const restart = async (signal) => {
		await server.stop(signal);
		await Promise.all([ann, bob].map((v) => v.sees(lost(v))));
		await server.start();
		await Promise.all([ann, bob].map((v) => v.seesNot(lost(v))));
	};
	await restart("SIGKILL");
	await ann.startVote();
	await bob.rank("Yes");
	await restart("SIGKILL");
	await bob.reads(bob.section("Your ballot").getByRole("listitem"), ["1 Yes"]);
	await bob.submit();
	await restart("SIGTERM");
	await bob.reads(bob.section("Your ballot is in").getByRole("listitem"), ["1 Yes"]);
	await ann.sees(ann.text(/1 of 2\s+have voted/));
	await ann.closeVote();
	for (const v of [ann, bob]) await v.reads(v.section("The winner is").getByRole("listitem"), ["Yes"]);
});

test("a vote that has a closing time closes by itself, under everybody's eyes", async (t) => {
	const server = await startServer(t);
	const vera = await Visitor.arrive(t, browser, server, "Vera");
	const closesAt = new Date(Date.now() + 20_000).toISOString();
	const admin = await makePoll(t, server, { options: ["A", "B"], closesAt });
	await vera.join(admin.pollID);
	await command(admin, "start_vote");
	await vera.vote("B");
	await vera.reads(vera.section("The winner is").getByRole("listitem"), ["B"]);
});

test("a page is sent no ballot and no token that is not its own, and nothing of them is logged", async (t) => {
	const server = await startServer(t, { args: ["-log-level", "debug"] });
	const admin = await makePoll(t, server, { options: ["Ramen", "Tacos"] });
	const carl = await joinPoll(t, server, admin, "Carl von Unverwechselbar");
	await command(admin, "start_vote");
	const frames = [];
	const vera = await Visitor.arrive(t, browser, server, "Vera");
	vera.page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(payload)));
	await vera.join(admin.pollID);
	const [ramen, tacos] = Object.keys(admin.poll.nominations);
	await command(carl, "submit_rankings", { rankings: [tacos, ramen] });
	await vera.sees(vera.text(/1 of 3\s+have voted/));
	await vera.vote("Ramen");

	assert.ok(frames.length > 0);
	for (const frame of frames) {
		assert.ok(!String(frame).includes(`["${tacos}","${ramen}"]`), `another's ballot: ${frame}`);
		assert.ok(!String(frame).includes(carl.token), "another's token");
	}
	const metrics = await (await fetch(server.metricsURL)).text();
	for (const secret of [carl.token, carl.name, tacos, ramen, carl.id]) {
		assert.ok(!server.log.includes(secret), `the log has ${secret}`);
		assert.ok(!metrics.includes(secret), `the metrics have ${secret}`);
	}
});
