// Raw exchanges with a server, and what a client can observe of them.
import { request } from "node:http";
import WebSocket from "ws";

const PATH = "/socket.io/";

/** Session ids differ from run to run; nothing else may. */
function withoutIDs(text) {
	return text.replace(/"(sid|pid)":"[^"]*"/g, '"$1":"…"');
}

/** One HTTP request; the observation is its status, its content type and its body. */
export function http(address, query, { method = "GET", body, headers = {}, path = PATH } = {}) {
	return new Promise((resolve) => {
		const url = `http://${address}${path}${query ? `?${query}` : ""}`;
		const sent = request(url, { method, headers, agent: false }, (response) => {
			const chunks = [];
			response.on("data", (chunk) => chunks.push(chunk));
			response.on("error", () => resolve({ broken: true }));
			response.on("end", () => {
				resolve({
					status: response.statusCode,
					type: response.headers["content-type"] ?? null,
					body: Buffer.concat(chunks).toString(),
				});
			});
		});
		sent.on("error", () => resolve({ broken: true }));
		sent.end(body);
	});
}

/** Opens a polling session and returns its query, for further requests. */
export async function openPolling(address, eio = 4) {
	const { body } = await http(address, `EIO=${eio}&transport=polling`);
	const { sid } = JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1));
	return `EIO=${eio}&transport=polling&sid=${sid}`;
}

/** What of an answer counts: session ids do not. */
export const observed = (answer) => ({ ...answer, ...(answer.body && { body: withoutIDs(answer.body) }) });

/** Among what is said over a WebSocket: wait until a packet that starts so has come. */
export const until = (prefix) => ({ until: prefix });

/**
 * Says `says` over a WebSocket, then asks for a sign of life. The observation is what came back until the
 * sign, or until the connection was closed, and how.
 * @param {(string | Uint8Array | {until: string})[]} says
 */
export function webSocket(address, says, query = "EIO=4&transport=websocket") {
	const SIGN = '42["message","sign of life"]';
	const ALIVE = '42["message-back","sign of life"]';
	const left = [...says, SIGN];
	return new Promise((resolve) => {
		const got = [];
		const socket = new WebSocket(`ws://${address}${PATH}?${query}`);
		const end = (how) => {
			socket.removeAllListeners();
			socket.on("error", () => {});
			socket.terminate();
			resolve({ got, end: how });
		};
		const goOn = () => {
			while (left.length > 0) {
				const next = left[0];
				if (next.until && !got.some((packet) => packet.startsWith(next.until))) return;
				left.shift();
				if (!next.until) socket.send(next);
			}
		};
		socket.on("error", () => end("refused"));
		socket.on("close", () => end("closed"));
		socket.on("open", goOn);
		socket.on("message", (data, binary) => {
			const packet = binary ? `binary ${data.toString("hex")}` : withoutIDs(data.toString());
			if (packet === ALIVE) return end("alive");
			if (packet !== "2") got.push(packet);
			goOn();
		});
	});
}
