// The gallery of the web client, as `npm run gallery` builds it in web/, on a port of its own.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { atEnd } from "./cleanup.mjs";

const BUILT = new URL("../../web/gallery/dist/", import.meta.url).pathname;
const KINDS = {
	".html": "text/html",
	".js": "text/javascript",
	".css": "text/css",
	".svg": "image/svg+xml",
	".woff2": "font/woff2",
};

export async function startGallery(scope) {
	const server = createServer(async (request, response) => {
		const { pathname } = new URL(request.url, "http://localhost");
		const name = normalize(pathname === "/" ? "/index.html" : pathname);
		try {
			const body = await readFile(join(BUILT, name));
			response
				.writeHead(200, { "Content-Type": KINDS[extname(name)] ?? "application/octet-stream" })
				.end(body);
		} catch {
			response.writeHead(404).end();
		}
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	atEnd(scope, () => server.close());
	return { url: `http://127.0.0.1:${server.address().port}` };
}

/** Shows a state, all of it: what is folded is opened, and all that is to come has come. */
export async function show(page, state, script) {
	await page.evaluate(([state, script]) => window.show(state, script), [state, script]);
	const pressing = await page.evaluate(async () => {
		const frame = () => new Promise(requestAnimationFrame);
		// Buttons may be pressed when they come; some pages wait, and one does nothing else.
		for (let frames = 0; frames < (document.documentElement.dataset.pressing ? 300 : 60); frames++) {
			for (const fold of document.querySelectorAll("details:not([open])")) fold.open = true;
			await frame();
			if (!document.querySelector(".pulse.w-28, [data-pressing]")) break;
		}
		await document.fonts.ready;
		await frame();
		await frame();
		return document.documentElement.dataset.pressing;
	});
	if (pressing) throw new Error(`${state}: nothing is called ${pressing}`);
}
