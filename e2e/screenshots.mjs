// Makes the pictures of the README from the real product, in docs/screens: `make screenshots`.
import { mkdir, stat } from "node:fs/promises";
import test from "node:test";
import { devices, startBrowser } from "./support/browser.mjs";
import { elect, screenOf } from "./support/elections.mjs";
import { command, joinPoll, makePoll } from "./support/poll.mjs";
import { pose, withFonts } from "./support/pose.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const FOLDER = new URL("../docs/screens/", import.meta.url).pathname;
const LARGEST = 100_000; // bytes: they are part of the repository
const HALL = { viewport: { width: 1280, height: 720 }, colorScheme: "dark", reducedMotion: "reduce" };
const PHONE = {
	...devices.phone,
	viewport: { width: 390, height: 780 },
	deviceScaleFactor: 1.5,
	reducedMotion: "reduce",
};
const PEOPLE = ["Noor", "Bea", "Tomás", "Yuki", "Ravi", "Ines", "Olu", "Greta", "Mia", "Jon", "Aiko", "Sam"];
const FOOD = ["Ramen", "Tacos", "Pizza", "Falafel", "Dosa", "Burger"];
const DISHES =
	"Adobo Biryani Ceviche Dosa Empanada Falafel Gnocchi Haggis Injera Jollof Kimchi Laksa Mole Nachos Okonomiyaki " +
	"Paella Quiche Ramen Sushi Tacos Udon Vindaloo Waffles Xacuti Yakitori Ziti Arepa Börek Couscous Dumplings";
const ARABIC = ["فلافل", "شاورما", "كشري", "بيتزا", "مندي", "سوشي"];

await mkdir(FOLDER, { recursive: true });

async function shoot(page, name) {
	await pose(page);
	const path = `${FOLDER}${name}.png`;
	await page.screenshot({ path, animations: "disabled" });
	const { size } = await stat(path);
	if (size > LARGEST) throw new Error(`${name} has ${size} bytes`);
}

async function screen(browser, server, host) {
	const page = await browser.newPage({ baseURL: server.url, ...HALL });
	await page.goto(await screenOf(host));
	await withFonts(page);
	return page;
}

/** A guest on a phone, in the room. */
async function phone(t, browser, server, host, options = {}) {
	const guest = await Visitor.arrive(t, browser, server, "Mia", { ...PHONE, ...options });
	await guest.page.goto(`/p/${host.pollID}`);
	await guest.page.locator("input[name=name]").fill(options.name ?? "Mia");
	await guest.page.locator("form button[type=submit]").click();
	await guest.page.locator("form button[type=submit]").waitFor({ state: "hidden" });
	await withFonts(guest.page);
	return guest;
}

test("the waiting room, on the screen", async (t) => {
	const server = await startServer(t, { args: ["-public-url", "https://vote.example"] });
	const browser = await startBrowser(t);
	const host = await makePoll(t, server, { topic: "Where do we eat tonight?", options: FOOD, method: "irv" });
	await Promise.all(PEOPLE.map((name) => joinPoll(t, server, host, name)));
	const page = await screen(browser, server, host);
	await page.getByText("13 people are here").waitFor();
	await shoot(page, "waiting-room");
});

test("a ballot with thirty options, and an Arabic one", async (t) => {
	const server = await startServer(t);
	const browser = await startBrowser(t);
	const settings = { nominationsPerVoter: 40, votesPerVoter: 8 };
	const host = await makePoll(t, server, {
		topic: "The menu of the summer party",
		options: DISHES.split(" "),
		...settings,
	});
	await command(host, "start_vote");
	const mia = await phone(t, browser, server, host);
	await mia.rank("Ramen", "Dosa", "Injera", "Paella");
	await shoot(mia.page, "ballot");
	const arabic = await makePoll(t, server, { topic: "أين نتناول العشاء الليلة؟", options: ARABIC });
	await command(arabic, "start_vote");
	const layla = await phone(t, browser, server, arabic, {
		locale: "ar-EG",
		name: "ليلى",
		colorScheme: "dark",
	});
	const options = layla.section("الخيارات").getByRole("button");
	for (const text of ARABIC.slice(1, 4)) await options.filter({ hasText: text }).click();
	await shoot(layla.page, "arabic");
});

test("the rounds, the way of the votes, and the duels", async (t) => {
	const server = await startServer(t, { args: ["-public-url", "https://vote.example"] });
	const browser = await startBrowser(t);
	const runoff = await elect(t, server, "runoff");
	const rounds = await screen(browser, server, runoff.host);
	for (const step of [1, 2, 3, 4]) await command(runoff.host, "play_result", { step }); // none is left out
	await rounds.getByText("Round 4", { exact: true }).waitFor();
	await shoot(rounds, "rounds");
	await command(runoff.host, "reveal_result");
	await rounds.getByRole("img", { name: /The way of all votes/ }).waitFor();
	await shoot(rounds, "winner");
	const duels = await elect(t, server, "duels");
	const matrix = await screen(browser, server, duels.host);
	await command(duels.host, "play_result", { step: 1 });
	await matrix.getByRole("table").waitFor();
	await shoot(matrix, "duels");
});
