// A line that carries what is asked over HTTP, and loses the answers.

/**
 * Has the server carry out what this page posts, and holds its answers back while `visitor.holding`: to the page the line
 * is dead. What the server answered is in the list that is returned.
 */
export async function holdAnswers(visitor) {
	const answers = [];
	await visitor.page.route(
		(url) => /\/polls(\/join)?$/.test(url.pathname),
		async (route) => {
			const answer = await route.fetch();
			answers.push(await answer.json());
			if (!visitor.holding) await route.fulfill({ response: answer });
		},
	);
	return answers;
}
