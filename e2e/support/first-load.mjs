// What a browser does before a page can be used: its requests, each with how many others it had to wait for.

/** Lighthouse's slow 4G and the developer tools' slow 3G: delay in milliseconds, and bytes a second. */
export const lines = {
	"slow 4G": { latency: 150, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: 750e3 / 8 },
	"slow 3G": { latency: 400, downloadThroughput: 400e3 / 8, uploadThroughput: 400e3 / 8 },
};

/** Puts a page on a line. */
export async function putOn(page, line) {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send("Network.enable");
	if (line) await devtools.send("Network.emulateNetworkConditions", { offline: false, ...lines[line] });
	return devtools;
}

/** Notes every request of a page from now on. */
export async function follow(page) {
	const devtools = await putOn(page);
	const requests = new Map();
	const byURL = new Map();
	devtools.on("Network.requestWillBeSent", ({ requestId, request: { url }, initiator, documentURL }) => {
		if (!url.startsWith("http")) return;
		const after =
			initiator.type === "parser" ? documentURL : (initiator.url ?? initiator.stack?.callFrames[0]?.url);
		const depth = url === documentURL ? 0 : (byURL.get(after)?.depth ?? 0) + 1;
		const request = { path: new URL(url).pathname, depth, bytes: 0 };
		requests.set(requestId, request);
		byURL.set(url, request);
	});
	devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
		const request = requests.get(requestId);
		if (request) request.bytes = encodedDataLength;
	});
	return () => [...requests.values()];
}

/** When a page first showed something, in milliseconds since it was asked for. */
export const firstPaint = (page) =>
	page.evaluate(
		() =>
			new Promise((resolve) => {
				new PerformanceObserver((list) => {
					const paint = list.getEntriesByName("first-contentful-paint")[0];
					if (paint) resolve(Math.round(paint.startTime));
				}).observe({ type: "paint", buffered: true });
			}),
	);
