// The table of faults in README.md names tests that there are, and all of them.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import test from "node:test";

const here = new URL(".", import.meta.url);

/** The names of the tests in the files of a folder. */
async function names(folder, suffix, pattern) {
	const files = (await readdir(new URL(folder, here))).filter((name) => name.endsWith(suffix));
	const texts = await Promise.all(files.map((name) => readFile(new URL(folder + name, here), "utf8")));
	return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name));
}

test("every fault of the original has tests that bear its name", async () => {
	const layers = ["poll", "live", "httpd"].map((layer) => `../internal/${layer}/`);
	const go = (await Promise.all(layers.map((l) => names(l, "_test.go", /^func (Test\w+)/gm)))).flat();
	const whole = await names("./", ".test.mjs", /^test\("([^"]+)"/gm);
	const readme = await readFile(new URL("README.md", here), "utf8");
	const rows = readme.split("\n").filter((line) => /^\| \d+ \|/.test(line));
	assert.deepEqual(
		rows.map((row) => Number(row.split("|")[1])),
		Array.from({ length: 14 }, (_, i) => i + 1),
	);

	const listed = rows.flatMap((row) => [...row.matchAll(/[`"](\w[^`"]+)[`"]/g)].map(([, name]) => name));
	assert.deepEqual(
		listed.filter((name) => !go.includes(name) && !whole.includes(name)),
		[],
		"listed, but there is no such test",
	);
	assert.deepEqual(
		go.filter((name) => name.startsWith("TestFault") && !listed.includes(name)),
		[],
		"a test of a fault that is not listed",
	);
});
