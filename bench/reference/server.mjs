// The reference server with the three events of the bench suite; prints its port when it listens.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http);

io.on('connection', (socket) => {
	socket.on('echo', (x, ack) => ack(x));
	socket.on('join', (room, ack) => {
		socket.join(room);
		ack();
	});
	socket.on('bcast', (room, x) => {
		io.to(room).emit('msg', x);
	});
});

http.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
	console.log(`listening on 127.0.0.1:${http.address().port}`);
});
