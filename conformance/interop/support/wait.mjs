// Waiting for what a client is told.
import { EventEmitter } from "node:events";

/** The arguments of the next `event`; fails with what was waited for, rather than hang. */
export function next(emitter, event) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => {
			emitter.off(event, listener);
			reject(new Error(`waited in vain for ${event}`));
		}, 10_000);
		const listener = (...args) => {
			clearTimeout(timer);
			resolve(args);
		};
		emitter.once(event, listener);
	});
}

/** Emits `event` and waits for `answer`, which may be sent at once. */
export async function ask(socket, event, args, answer) {
	const answered = next(socket, answer);
	socket.emit(event, ...args);
	return answered;
}

/** Emits with an acknowledgement, as clients of any version can, and waits for it. */
export async function call(socket, ...args) {
	const emitter = new EventEmitter();
	const answered = next(emitter, `answer to ${args[0]}`);
	socket.emit(...args, (value) => emitter.emit(`answer to ${args[0]}`, value));
	const [value] = await answered;
	return value;
}

/** Waits until an Engine.IO client has changed to its last transport, which it may have done already. */
export async function upgraded(engine, transports) {
	if (engine.transport.name !== transports.at(-1)) await next(engine, "upgrade");
}
