// Makes the picture of the README, docs/caucus.png, from the real product: `npm run picture`.
import { writeFile } from "node:fs/promises";
import test from "node:test";
import { startBrowser } from "./support/browser.mjs";
import { cast, command, joinPoll, makePoll } from "./support/poll.mjs";
import { pose, withFonts } from "./support/pose.mjs";
import { startServer } from "./support/server.mjs";
import { Visitor } from "./support/visitor.mjs";

const PICTURE = new URL("../docs/caucus.png", import.meta.url).pathname;
const OPTIONS = ["Ramen", "Tacos", "Pizza", "Falafel"];
const GUESTS = ["Noor", "Bea", "Tomás", "Yuki", "Ravi", "Ines", "Olu", "Greta"];
const BALLOTS = ["RF", "RT", "TF", "TFR", "PF", "FP", "FPT", "PFR", "RFT"]; // by initials, the admin's first

test("the picture of the README", async (t) => {
	const server = await startServer(t);
	const browser = await startBrowser(t);
	const admin = await makePoll(t, server, { topic: "Where do we eat tonight?", method: "irv" });
	const guests = [];
	for (const name of GUESTS) guests.push(await joinPoll(t, server, admin, name));
	const mia = await Visitor.arrive(t, browser, server, "Mia", { reducedMotion: "reduce" });
	await mia.join(admin.pollID);
	await withFonts(mia.page);
	const shots = [];
	const shoot = async (colorScheme) => {
		await mia.page.emulateMedia({ colorScheme });
		await pose(mia.page);
		shots.push(await mia.page.screenshot({ animations: "disabled" }));
	};

	const proposers = [admin, guests[0], guests[1], guests[2]];
	for (const [i, text] of OPTIONS.entries()) await command(proposers[i], "nominate", { text });
	await mia.sees(mia.section("Nominations").getByText(OPTIONS.at(-1)));
	await shoot("light");

	await command(admin, "start_vote");
	await mia.rank("Falafel", "Ramen", "Pizza");
	await shoot("dark");

	const named = (initials) => [...initials].map((initial) => OPTIONS.find((o) => o.startsWith(initial)));
	for (const [i, initials] of BALLOTS.entries()) await cast([admin, ...guests][i], ...named(initials));
	await mia.submit();
	await command(admin, "close_poll");
	await mia.sees(mia.section("The winner is"));
	await shoot("light");

	await writeFile(PICTURE, await sideBySide(browser, shots));
});

/** The pictures beside each other, on nothing, so that they stand on light and dark pages alike. */
async function sideBySide(browser, shots) {
	const page = await browser.newPage({ viewport: { width: 1160, height: 780 }, deviceScaleFactor: 1.25 });
	const images = shots.map((png) => `<img src="data:image/png;base64,${png.toString("base64")}">`);
	await page.setContent(`<style>
		body { margin: 20px; display: flex; justify-content: space-between }
		img { width: 360px; border-radius: 28px; outline: 1px solid #75867c }
	</style>${images.join("")}`);
	return page.screenshot({ omitBackground: true });
}
