// What must be true of every page, whatever happens on it: it breaks no rule, complains of nothing, and
// does not jump under the finger.
import assert from "node:assert/strict";

/** The most that a page may shift while nobody touches it: what the web's own measure calls good. */
const MOST_SHIFT = 0.1;

/**
 * What a browser prints about connections that break: of a request, a socket, or its own look for a newer
 * service worker, which it takes whenever it likes.
 */
export const BROKEN =
	/WebSocket connection to|WebSocket is closed|Failed to load resource: (net::ERR_|.* status of 503)|error occurred when fetching the script/;

/** Watches all pages of a context from now on. */
export async function watch(context) {
	const health = new Health();
	await context.exposeFunction("reportShift", (shift) => health.shifted(shift));
	await context.addInitScript(observeShifts);
	context.on("console", (message) => {
		if (["error", "warning"].includes(message.type())) health.complaints.push(message.text());
	});
	context.on("weberror", (error) => health.complaints.push(String(error.error())));
	return health;
}

/** How many close looks there were, at anybody's page. */
let looks = 0;

/** What happens before and after a close look is judged apart, however little time that takes on this machine. */
export function looked() {
	looks++;
}

class Health {
	complaints = [];
	shifts = [];
	#expected = [];

	shifted(shift) {
		this.shifts.push({ ...shift, page: `${shift.page} after ${looks} looks` });
	}

	/** The browser itself complains of every request that fails; a test that provokes one says so. */
	expect(complaint) {
		this.#expected.push(complaint);
	}

	check(who) {
		const unexpected = this.complaints.filter((text) => !this.#expected.some((e) => e.test(text)));
		assert.deepEqual(unexpected, [], `${who}'s browser complains`);
		for (const page of new Set(this.shifts.map((shift) => shift.page))) {
			const shifts = this.shifts.filter((shift) => shift.page === page);
			const worst = worstWindow(shifts);
			assert.ok(worst < MOST_SHIFT, `${who}'s page ${page} shifts by ${worst}: ${JSON.stringify(shifts)}`);
		}
	}
}

/** Runs in the page. A violated Content-Security-Policy is an error on the console already. */
function observeShifts() {
	const page = `${location.pathname} ${performance.timeOrigin}`;
	const name = ({ node }) => node && `${node.nodeName} ${node.className ?? node.textContent}`;
	new PerformanceObserver((list) => {
		for (const { value, startTime, hadRecentInput, sources } of list.getEntries()) {
			if (!hadRecentInput) window.reportShift({ page, value, startTime, moved: sources.map(name) });
		}
	}).observe({ type: "layout-shift", buffered: true });
}

/** Cumulative layout shift: the largest sum of shifts less than 1 s apart, within 5 s. */
function worstWindow(shifts) {
	let worst = 0;
	let sum = 0;
	let first = -Infinity;
	let last = -Infinity;
	for (const { value, startTime } of shifts) {
		if (startTime - last > 1_000 || startTime - first > 5_000) {
			sum = 0;
			first = startTime;
		}
		last = startTime;
		sum += value;
		worst = Math.max(worst, sum);
	}
	return worst;
}
