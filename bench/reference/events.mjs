// The events that the load emits, for every runtime, and the arguments that every server takes.
import { parseArgs } from 'node:util';

export const { values: args } = parseArgs({
	options: { cert: { type: 'string' }, key: { type: 'string' }, deflate: { type: 'boolean' }, packed: { type: 'boolean' } },
});

const isCoordinate = (n) => Number.isInteger(n) && n >= 0 && n < 10_000;
const isPosition = (p) =>
	typeof p === 'object' && p !== null && isCoordinate(p.x) && isCoordinate(p.y) && Number.isInteger(p.t) && p.t >= 0;

// Broadcasts reach the room of each of the servers.
export function serve(...servers) {
	const connected = (socket) => {
		socket.on('echo', (x, ack) => ack(x));
		socket.on('join', (room, ack) => {
			socket.data.room = room;
			socket.join(room);
			ack();
		});
		socket.on('bcast', (room, x) => {
			for (const io of servers) io.to(room).emit('msg', x);
		});
		socket.on('move', (p) => {
			if (isPosition(p)) socket.to(socket.data.room).emit('move', p);
		});
	};
	for (const io of servers) io.on('connection', connected);
}
