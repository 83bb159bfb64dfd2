// What must be true of a page however wide it is, whatever people have written on it: nothing sticks out of the
// window, every control is what is hit at its centre, a text that is cut off loses its end and is a long one of
// strangers, no short word is broken, an icon is beside its text, and what has another direction begins where the page's
// texts do.
/** What `look` finds on a page without fault. */
export const sound = {
	wide: [],
	hidden: [],
	beheaded: [],
	reduced: [],
	nameless: [],
	broken: [],
	adrift: [],
	astray: [],
	frail: [],
};

/** Runs in the page. A page from right to left grows to the left, where a window's scroll is below 0. */
export function look() {
	const root = document.documentElement;
	const view = root.clientWidth;
	const wide =
		root.scrollWidth > view
			? [...document.querySelectorAll("body *")]
					.filter((e) => {
						const { left, right } = e.getBoundingClientRect();
						return right > view + 1 || left < -1;
					})
					.map((e) => `${e.tagName} ${e.className}`)
			: [];
	const dialog = document.querySelector("dialog[open]");
	const controls = [
		...(dialog ?? document).querySelectorAll("button, a[href], input, select, textarea, summary"),
	];
	const hidden = [];
	for (const control of controls) {
		if (!control.checkVisibility() || control.closest(".sr-only") || control.disabled) continue;
		control.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
		const { left, top, width, height } = control.getBoundingClientRect();
		const hit = document.elementFromPoint(left + width / 2, top + height / 2);
		if (!hit || !(control.contains(hit) || hit.closest("label")?.control === control))
			hidden.push(`${control.outerHTML.slice(0, 120)} under ${hit?.outerHTML.slice(0, 120)}`);
	}
	scrollTo(0, 0);
	// An ellipsis stands where lines end in what cuts them: there a text of the other direction begins.
	const shortened = [...document.querySelectorAll("body *")].filter((e) => {
		const { overflowX, textOverflow, webkitLineClamp } = getComputedStyle(e);
		return overflowX !== "visible" && (textOverflow === "ellipsis" || webkitLineClamp !== "none");
	});
	const beheaded = shortened
		.filter((e) => {
			const { direction } = getComputedStyle(e);
			// In a sentence of the page a name is isolated.
			const [first] = e.textContent.replaceAll(/\u2068[^\u2069]*\u2069/g, "").match(/\p{L}/u) ?? [];
			if (!first || !e.checkVisibility()) return false;
			return direction !== (/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(first) ? "rtl" : "ltr");
		})
		.map((e) => e.outerHTML.slice(0, 120));
	// What the page says itself is there as a whole, and so is a name that is no longer than most.
	const cut = shortened.filter((e) => {
		if (!e.checkVisibility() || e.closest(".sr-only")) return false;
		const halfLine = Number.parseFloat(getComputedStyle(e).fontSize) / 2; // tall letters stick out of a line as well
		return e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + halfLine;
	});
	const isTheirs = (e) => e.closest("bdi") || e.querySelector("bdi") || e.textContent.includes("\u2068");
	const reduced = cut.filter((e) => !isTheirs(e)).map((e) => e.outerHTML.slice(0, 160));
	const nameless = cut
		.filter((e) => isTheirs(e) && [...e.textContent.trim()].length <= 12)
		.map((e) => e.outerHTML.slice(0, 160));
	// A word of a web address, or of a script without spaces, may go on in the next line; a short one may not.
	const broken = [];
	const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
		const element = node.parentElement;
		if (!element.checkVisibility() || element.closest(".sr-only, .truncate, .line-clamp-1")) continue;
		for (const { 0: token, index } of node.data.matchAll(/\S+/g)) {
			if (
				token.length > 12 ||
				!/^[\p{L}\p{M}\p{N}.,:;!?…()]+$/u.test(token) ||
				/\p{Ideographic}|ـ/u.test(token)
			)
				continue;
			const word = document.createRange();
			word.setStart(node, index);
			word.setEnd(node, index + token.length);
			const [first, ...rest] = [...word.getClientRects()].filter(({ width }) => width > 0);
			if (rest.some(({ top }) => top > first.top + first.height / 2))
				broken.push(`${token} in ${element.outerHTML.slice(0, 120)}`);
		}
	}
	const gap = (a, b) =>
		Math.hypot(
			Math.max(0, a.left - b.right, b.left - a.right),
			Math.max(0, a.top - b.bottom, b.top - a.bottom),
		);
	// Where texts are centred; at the end of a row an icon stands apart.
	const adrift = controls
		.filter((control) => control.checkVisibility() && getComputedStyle(control).textAlign === "center")
		.filter((control) => {
			const text = document.createRange();
			const lines = [...control.querySelectorAll("*"), control]
				.filter((e) => !e.closest("svg, .sr-only"))
				.flatMap((e) => [...e.childNodes].filter(({ data }) => data?.trim()))
				.flatMap((node) => {
					text.selectNodeContents(node);
					return [...text.getClientRects()];
				});
			return [...control.querySelectorAll("svg")].some((icon) => {
				const edge = icon.getBoundingClientRect();
				return edge.width < 30 && lines.length > 0 && lines.every((line) => gap(edge, line) > 16);
			});
		})
		.map((control) => control.outerHTML.slice(0, 120));
	// Lines of strangers begin where the page's do, whatever direction they have; a list of names, which is the page's, has
	// the page's direction.
	const astray = [...document.querySelectorAll("bdi")]
		.filter((e) => {
			const { display, direction, textAlign } = getComputedStyle(e);
			const around = getComputedStyle(e.parentElement).direction;
			const begins = display !== "inline" && textAlign === "start" && direction !== around;
			return begins || e.textContent.includes("\u2068");
		})
		.map((e) => e.outerHTML.slice(0, 120));
	// A translator puts texts into elements of HTML, which a drawing does not show.
	const frail = [...document.querySelectorAll("svg text:not([translate=no] *, [translate=no])")].map((e) =>
		e.outerHTML.slice(0, 120),
	);
	return { wide, hidden, beheaded, reduced, nameless, broken, adrift, astray, frail };
}

/**
 * Runs in the page of a big screen, before which nobody can scroll: texts that are not there as a whole, unless an
 * ellipsis says so, and texts that lie on each other.
 */
export function crowded() {
	const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
	const within = (a, b) => ({
		left: Math.max(a.left, b.left),
		top: Math.max(a.top, b.top),
		right: Math.min(a.right, b.right),
		bottom: Math.min(a.bottom, b.bottom),
	});
	const size = ({ left, top, right, bottom }) => Math.max(0, right - left) * Math.max(0, bottom - top);
	/** What there is of a line once all that clips it has, and what there must be, since no ellipsis stands for it. */
	const parts = (line, element) => {
		let [seen, due] = [within(line, screen), line];
		for (let around = element; around; around = around.parentElement) {
			const { overflowX, overflowY, textOverflow, webkitLineClamp } = getComputedStyle(around);
			if (overflowX === "visible" && overflowY === "visible") continue;
			const edge = around.getBoundingClientRect();
			seen = within(seen, edge);
			if (textOverflow !== "ellipsis" && webkitLineClamp === "none") continue;
			due = within(due, edge);
		}
		return { seen, due };
	};
	const texts = [];
	const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
		const element = node.parentElement;
		if (!node.data.trim() || !element.checkVisibility() || element.closest(".sr-only")) continue;
		const range = document.createRange();
		range.selectNodeContents(node);
		const lines = [...range.getClientRects()].map((line) => parts(line, element));
		texts.push({ words: node.data.slice(0, 40), lines });
	}
	const isCut = ({ seen, due }) => size(due) > 4 && size(seen) < 0.8 * size(due);
	const cut = texts.filter(({ lines }) => lines.some(isCut)).map(({ words }) => words);
	const lie = (a, b) => size(within(a, b)) > 0.25 * Math.min(size(a), size(b));
	const touch = (a, b) =>
		a.lines.some((x) => size(x.seen) > 4 && b.lines.some((y) => size(y.seen) > 4 && lie(x.seen, y.seen)));
	const touching = texts.flatMap((a, i) =>
		texts
			.slice(i + 1)
			.filter((b) => touch(a, b))
			.map((b) => `${a.words} on ${b.words}`),
	);
	return { cut, touching };
}

/** Runs in a page as it is printed: what is of no use on paper, what costs ink, and what the paper's edge cuts off. */
export function onPaper() {
	const seen = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility());
	const outline = (e) => e.outerHTML.slice(0, 120);
	const isDark = (e) => {
		const [red, green, blue, alpha = 1] = getComputedStyle(e)
			.backgroundColor.match(/[\d.]+/g)
			.map(Number);
		return alpha > 0.5 && 0.3 * red + 0.6 * green + 0.1 * blue < 128 && e.textContent.trim() !== "";
	};
	const isCut = (e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible";
	const isText = (e) => !e.closest(".sr-only") && getComputedStyle(e).display !== "inline";
	return {
		useless: seen("button, input, select, textarea, dialog, [role=switch], details:not([open])").map(outline),
		dark: seen("body *").filter(isDark).map(outline),
		cut: seen("body *").filter(isText).filter(isCut).map(outline),
	};
}
