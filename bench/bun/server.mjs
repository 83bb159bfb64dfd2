// socket.io on Bun with its own engine; prints its address when it listens.
import { Server as Engine } from '@socket.io/bun-engine';
import { Server } from 'socket.io';
import { args, serve } from '../reference/events.mjs';

const io = new Server();
const engine = new Engine({ path: '/socket.io/' });
io.bind(engine);
serve(io);

const server = Bun.serve({
	port: 0,
	hostname: '127.0.0.1',
	tls: args.cert && { cert: Bun.file(args.cert), key: Bun.file(args.key) },
	...engine.handler(),
});
console.log(`listening on 127.0.0.1:${server.port}`);
