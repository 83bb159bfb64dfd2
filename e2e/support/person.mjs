// A person who plays the base contract with the real socket.io-client and no browser, exactly as the
// original application's client does: REST for a token, then events without acknowledgements, and
// whole polls in `poll_updated`.
import { io } from "socket.io-client";

export class Person {
	/** The newest poll this person was sent, and what else happened to them. */
	poll;
	exceptions = [];
	connectErrors = [];
	disconnects = [];
	cancelled = false;
	#waiting = new Set();

	constructor(server, name, joined) {
		this.server = server;
		this.name = name;
		this.token = joined.accessToken;
		this.pollID = joined.poll.id;
		this.id = JSON.parse(Buffer.from(this.token.split(".")[1], "base64url").toString()).sub;
	}

	static async create(server, name, topic, votesPerVoter) {
		const { status, body } = await server.post("/polls", { topic, votesPerVoter, name });
		if (status !== 201) throw new Error(`POST /polls: ${status} ${JSON.stringify(body)}`);
		return new Person(server, name, body);
	}

	static async join(server, name, pollID) {
		const { status, body } = await server.post("/polls/join", { pollID, name });
		if (status !== 201) throw new Error(`POST /polls/join: ${status} ${JSON.stringify(body)}`);
		return new Person(server, name, body);
	}

	/** Connects; resolves with this person once their first poll has arrived. */
	async connect(options = {}) {
		this.socket = io(`${this.server.url}/polls`, {
			auth: { token: this.token },
			transports: ["websocket", "polling"],
			forceNew: true,
			reconnectionDelay: 50,
			reconnectionDelayMax: 200,
			...options,
		});
		this.socket.on("poll_updated", (poll) => {
			this.poll = poll;
			this.#changed();
		});
		this.socket.on("poll_cancelled", () => {
			this.cancelled = true;
			this.#changed();
		});
		this.socket.on("exception", (exception) => {
			this.exceptions.push(exception);
			this.#changed();
		});
		this.socket.on("connect_error", (error) => {
			this.connectErrors.push(error.message);
			this.#changed();
		});
		this.socket.on("disconnect", (reason) => {
			this.disconnects.push(reason);
			this.#changed();
		});
		return this;
	}

	/** Waits until `condition(this)` holds; what it waits for is named in the failure. */
	until(what, condition) {
		return new Promise((resolve, reject) => {
			const check = () => {
				if (!condition(this)) return;
				clearTimeout(timer);
				this.#waiting.delete(check);
				resolve(this);
			};
			const timer = setTimeout(() => {
				this.#waiting.delete(check);
				reject(
					new Error(
						`${this.name} waited in vain for ${what}; has ${JSON.stringify({
							poll: this.poll,
							exceptions: this.exceptions,
							connectErrors: this.connectErrors,
							disconnects: this.disconnects,
						})}`,
					),
				);
			}, 15_000);
			this.#waiting.add(check);
			check();
		});
	}

	#changed() {
		for (const check of [...this.#waiting]) check();
	}

	emit(event, ...payload) {
		this.socket.emit(event, ...payload);
	}

	close() {
		this.socket?.disconnect();
	}
}
