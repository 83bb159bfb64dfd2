/** 128 random bits. crypto.randomUUID would need HTTPS, which a server on the local network lacks. */
export function randomID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
