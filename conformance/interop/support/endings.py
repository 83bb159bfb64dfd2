"""A client of python-socketio that asks for an end, and prints what it was told until then as one JSON object."""
import asyncio
import json
import sys

import socketio


async def main(url: str, transports: list[str], how: str) -> None:
    client = socketio.AsyncClient(reconnection=False)
    words: list[int] = []
    client.on("word", words.append)
    ended = asyncio.Event()
    client.on("disconnect", ended.set)
    await client.connect(url, transports=transports)
    if len(transports) > 1:
        while client.transport() != "websocket":
            await asyncio.sleep(0.01)
    await client.emit("end", how)
    await asyncio.wait_for(ended.wait(), 20)
    print(json.dumps({"words": words}))
    await client.disconnect()


asyncio.run(main(sys.argv[1], sys.argv[2].split(","), sys.argv[3]))
