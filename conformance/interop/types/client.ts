import { io, type Socket } from "socket.io-client";
import type { ClientToServerEvents, Order, ServerToClientEvents } from "./shop.gen.js";

const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io();
declare const order: Order;

// What clients send.
socket.emit("say", "hello");
socket.emit("ping");
socket.emit("move", 1, 2, "fast", "and", { more: true });
socket.emit("move", 1, 2);
socket.emit("move", 1, 2, null, "more");
socket.emit("any", 1, "two");
socket.emit("upload", { data: new Uint8Array(3), thumb: new ArrayBuffer(3) }, (answer) => {
	if (typeof answer === "number") answer.toFixed();
	else answer.error.code.toUpperCase();
});
socket.emit("measure", 1, 2, (...answer) => {
	if (answer.length === 2) answer[1].toFixed();
	else answer[0].error.message.toUpperCase();
});
socket.emit("buy", { ...order, colour: "red", size: 1, note: null }, (answer) => {
	if ("error" in answer) answer.error.message.toUpperCase();
	else answer.number.toFixed();
});
const page = await socket.emitWithAck("find", "shoes");
if (!("error" in page)) page.items?.map((item) => item.name.toUpperCase());
socket.emit("buy", { ...order, extra: undefined, tags: null, grid: [[1], null] }, () => {});
socket.emit("reset", (failed) => failed?.error.code.toUpperCase());

// @ts-expect-error an event that is not declared
socket.emit("shout", "hello");
// @ts-expect-error a number for a text
socket.emit("say", 1);
// @ts-expect-error an argument for none
socket.emit("ping", 1);
// @ts-expect-error a text for a number in a tuple
socket.emit("move", 1, "2", "fast");
// @ts-expect-error no acknowledgement for a call
socket.emit("buy", order);
// @ts-expect-error a colour that is not one of the constants
socket.emit("buy", { ...order, colour: "mauve" }, () => {});
// @ts-expect-error a size beyond the constants
socket.emit("buy", { ...order, size: 2 }, () => {});
// @ts-expect-error a field that is missing
socket.emit("upload", {}, () => {});
// @ts-expect-error an answer may be an error
socket.emit("buy", order, (answer) => answer.number);
// @ts-expect-error what the server alone emits
socket.emit("seen", new ArrayBuffer(1));

// What the server sends.
socket.on("say", (text) => text.toUpperCase());
socket.on("seen", (data) => new Uint8Array(data).length);
socket.on("ready", (ack) => ack(true));
socket.on("order-cancelled", (cancelled) => {
	if (cancelled === null) return null;
	if (cancelled.colour === "green") cancelled.at?.toUpperCase();
	cancelled.stock?.red?.toFixed();
	cancelled["by-id"]?.[7]?.name.toUpperCase();
	const note: string | null = cancelled.note;
	return note;
});

// @ts-expect-error what clients alone emit
socket.on("buy", () => {});
// @ts-expect-error an acknowledgement of another type
socket.on("ready", (ack) => ack("yes"));
// @ts-expect-error a note may be null
socket.on("order-cancelled", (cancelled) => cancelled?.note.length);
// @ts-expect-error a pointer may be nil
socket.on("order-cancelled", (cancelled) => cancelled.id);
// @ts-expect-error so may a slice
socket.on("order-cancelled", (cancelled) => cancelled?.tags.length);
// @ts-expect-error not every colour need be in stock
socket.on("order-cancelled", (cancelled) => cancelled?.stock?.green.toFixed());
