// What the pages call things in another language, from the catalogues that translators write.
import { readdir, readFile } from "node:fs/promises";

const CATALOGUES = new URL("../../web/src/locales/", import.meta.url);

/** The words of a language by the English ones. */
export async function wordsOf(locale) {
	const files = (await readdir(CATALOGUES)).filter(
		(name) => name === `${locale}.po` || name.endsWith(`-${locale}.po`),
	);
	const words = new Map();
	for (const file of files) {
		const text = await readFile(new URL(file, CATALOGUES), "utf8");
		for (const [, english, other] of text.matchAll(/^msgid (".+")\nmsgstr (".+")$/gm))
			words.set(JSON.parse(english), JSON.parse(other));
	}
	return words;
}
