// The same server in JavaScript, with @socket.io/redis-adapter if a broker is given.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const [path] = process.argv.slice(2);
const http = createServer();
const io = new Server(http, path ? { adapter: createAdapter(new Redis({ path }), new Redis({ path })) } : {});
io.on('connection', (socket) => socket.join('room'));

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
createInterface({ input: process.stdin })
	.on('line', async (line) => {
		const [messages, size, burst] = line.split(' ').map(Number);
		const text = 'x'.repeat(size);
		for (let i = 1; i <= messages; i++) {
			io.to('room').emit('msg', text);
			if (i % burst === 0) await sleep(1);
		}
		console.log('emitted');
	})
	.on('close', () => process.exit());

http.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${http.address().port}`));
