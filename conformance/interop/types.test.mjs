// The types that tsgen writes are those that socket.io-client takes: types/client.ts uses them rightly,
// and wrongly where it says that an error is expected.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = (path) => new URL(path, import.meta.url).pathname;

test("what tsgen writes compiles with the client's types", async () => {
	const args = ["run", ".", "-o", here("types/shop.gen.ts"), "./internal/shop"];
	await run("go", args, { cwd: here("../../socketio/tsgen") });
	const { stdout } = await run(here("node_modules/.bin/tsc"), ["--project", here("types")]).catch(
		(error) => error,
	);
	assert.equal(stdout, "");
});
