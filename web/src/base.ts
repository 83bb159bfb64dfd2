/** The path that the server is served under: "" or, say, "/vote". The page's own base says it. */
export const base = (document.querySelector('base')?.getAttribute('href') ?? '/').replace(/\/$/, '')
