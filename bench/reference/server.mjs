// The reference server, socket.io on Node; prints its address when it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Server } from 'socket.io';
import parser from 'socket.io-msgpack-parser';
import { args, serve } from './events.mjs';

const http = args.cert
	? createSecureServer({ cert: readFileSync(args.cert), key: readFileSync(args.key), minVersion: 'TLSv1.3' })
	: createServer();
const deflate = args.deflate && { threshold: 1024 }; // as ours
const servers = [new Server(http, { perMessageDeflate: deflate })];
if (args.packed) servers.push(new Server(http, { path: '/packed/', parser }));
serve(...servers);

http.listen(0, '127.0.0.1', () => {
	console.log(`listening on 127.0.0.1:${http.address().port}`);
});
