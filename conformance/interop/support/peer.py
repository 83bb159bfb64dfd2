"""A server of python-socketio with something of each feature that ../../client asks for; prints its address when it
listens. Its handlers do not see whether an acknowledgement is wanted, so echo answers both ways."""
import asyncio

import engineio.payload
import socketio
from aiohttp import web

engineio.payload.Payload.max_decode_packets = 100  # in a POST; it would refuse more than 16

io = socketio.AsyncServer(async_mode="aiohttp", async_handlers=False)


def serve(namespace: str) -> None:
    """Handles the events of a namespace."""

    async def connect(sid, _environ, auth):
        io.start_background_task(io.emit, "auth", auth or {}, to=sid, namespace=namespace)

    async def echo(sid, *args):
        if not (len(args) == 1 and isinstance(args[0], dict)):  # which the client calls with
            await io.emit("echo", args, to=sid, namespace=namespace)
        return args

    async def connection(sid):
        return io.manager.eio_sid_from_sid(sid, namespace)

    async def ask(sid, question):
        async def answered(*answer):
            await io.emit("answered", answer, to=sid, namespace=namespace)

        await io.emit("ask", question, to=sid, namespace=namespace, callback=answered)

    async def leave(sid, _everything):
        await io.disconnect(sid, namespace=namespace)

    for handler in (connect, echo, connection, ask, leave):
        io.on(handler.__name__, handler, namespace=namespace)


async def refuse(_sid, _environ, _auth):
    raise socketio.exceptions.ConnectionRefusedError("FORBIDDEN", {"code": 7})


async def main() -> None:
    serve("/")
    serve("/custom")
    io.on("connect", refuse, namespace="/no")
    app = web.Application()
    io.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print("listening on 127.0.0.1:%d" % runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
