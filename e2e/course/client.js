// The calls of the original course application's client, and no more of it: REST over another origin for a
// token kept in localStorage, one socket in the /polls namespace, and the whole poll in every `poll_updated`.
const params = new URLSearchParams(location.search);
const api = `http://${params.get("host")}:${params.get("port")}`;
const $ = (id) => document.getElementById(id);
let socket;

async function makeRequest(endpoint, body) {
	const response = await fetch(`${api}/polls${endpoint}`, {
		method: "POST",
		headers: { accept: "application/json", "Content-Type": "application/json" },
		body: JSON.stringify(body),
	});
	const data = await response.json();
	if (!response.ok) throw new Error(data.messages.join(", "));
	return data;
}

function connect(accessToken) {
	localStorage.setItem("accessToken", accessToken);
	socket = window.io(`${api}/polls`, { auth: { token: accessToken }, transports: ["websocket", "polling"] });
	socket.on("connect_error", () => {
		$("error").textContent = "Failed to connect to the poll";
	});
	socket.on("exception", (error) => {
		$("error").textContent = `${error.type}: ${error.message}`;
	});
	socket.on("poll_updated", show);
}

function show(poll) {
	window.poll = poll;
	$("code").textContent = poll.id;
	$("participants").textContent = Object.values(poll.participants).sort().join(", ");
	$("cast").textContent = Object.keys(poll.rankings).length;
	list(
		"nominations",
		Object.values(poll.nominations).map((n) => n.text),
	);
	list(
		"results",
		poll.results.map((r) => `${r.nominationText} ${r.score.toFixed(2)}`),
	);
}

function list(id, lines) {
	$(id).replaceChildren(
		...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
	);
}

function onSubmit(id, action) {
	$(id).addEventListener("submit", (event) => {
		event.preventDefault();
		const fields = Object.fromEntries(new FormData(event.target));
		Promise.resolve(action(fields)).catch((error) => {
			$("error").textContent = error.message;
		});
	});
}

onSubmit("create", async ({ topic, votesPerVoter, name }) => {
	const { poll, accessToken } = await makeRequest("", { topic, votesPerVoter: Number(votesPerVoter), name });
	show(poll);
	connect(accessToken);
});
onSubmit("join", async ({ pollID, name }) => {
	const { poll, accessToken } = await makeRequest("/join", { pollID, name });
	show(poll);
	connect(accessToken);
});
onSubmit("nominate", ({ text }) => socket.emit("nominate", { text }));
$("start").addEventListener("click", () => socket.emit("start_vote"));
$("close").addEventListener("click", () => socket.emit("close_poll"));
$("vote").addEventListener("click", () => {
	const rankings = Object.keys(window.poll.nominations).slice(0, window.poll.votesPerVoter);
	socket.emit("submit_rankings", { rankings });
});

// As the original does on every load: a token that is still there is tried before anything else.
const kept = localStorage.getItem("accessToken");
if (kept) {
	makeRequest("/rejoin", { accessToken: kept })
		.then((poll) => {
			show(poll);
			connect(kept);
		})
		.catch(() => localStorage.removeItem("accessToken"));
}
