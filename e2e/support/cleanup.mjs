// What a test set up ends in the reverse order, as in Go: a page before its browser, people before the server.
const stacks = new WeakMap();

/** Runs `cleanup` when `scope` is over: a test, or the module node:test for a whole file. */
export function atEnd(scope, cleanup) {
	if (!stacks.has(scope)) {
		const stack = [];
		stacks.set(scope, stack);
		scope.after(() => unwind(stack));
	}
	stacks.get(scope).push(cleanup);
}

/** Runs them all, even if some fail. */
async function unwind(stack) {
	const cleanup = stack.pop();
	if (!cleanup) return;
	try {
		await cleanup();
	} finally {
		await unwind(stack);
	}
}
