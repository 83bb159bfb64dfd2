"""A client of python-socketio that checks the server of the suite socketio-client: client.py URL -transports NAME,NAME."""
import asyncio
import sys

import socketio

PATIENCE = 60


async def heard(client: socketio.AsyncClient, event: str, emitted: str, *args, namespace: str = "/"):
    """Emits an event and returns the argument of the one that comes back."""
    answer = asyncio.get_running_loop().create_future()
    client.on(event, lambda *got: answer.done() or answer.set_result(got), namespace=namespace)
    await client.emit(emitted, args, namespace=namespace)
    return await asyncio.wait_for(answer, PATIENCE)


def equal(got, want) -> None:
    if got != want:
        raise AssertionError(f"got {got!r}, want {want!r}")


async def main(url: str, transports: list[str]) -> None:
    client = socketio.AsyncClient(reconnection=False)
    client.on("ack", lambda *_offset: (5, {"test": True}))
    await client.connect(url, transports=transports, namespaces=["/", "/foo"], wait_timeout=PATIENCE)
    if len(transports) > 1:
        while client.transport() != "websocket":
            await asyncio.sleep(0.01)
    for value in (1, "two", True, {"three": [3]}, "\u2028 \U0001f600", b"\x00\xff", {"deep": [b"bytes"]}):
        equal(await client.call("echo", value, timeout=PATIENCE), value)
    await heard(client, "hi", "hi")
    await heard(client, "got it", "ack")
    equal((await heard(client, "doge", "doge"))[0], b"asdfasdf")
    await heard(client, "buffack", "buffa", b"xxxxxxx")
    equal(await client.call("getId", namespace="/foo", timeout=PATIENCE), client.get_sid("/foo"))
    await client.disconnect()

    # connect itself would wait out its whole timeout for a namespace that refuses.
    refused = socketio.AsyncClient(reconnection=False)
    error = asyncio.get_running_loop().create_future()
    refused.on("connect_error", lambda data: error.done() or error.set_result(data), namespace="/no")
    refused.on("connect", lambda: error.done() or error.set_exception(AssertionError("let in")), namespace="/no")
    await refused.connect(url, transports=transports, namespaces=["/no"], wait=False)
    await asyncio.wait_for(error, PATIENCE)
    await refused.disconnect()


asyncio.run(main(sys.argv[1], sys.argv[3].split(",")))
