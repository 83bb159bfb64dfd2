// What time it is by the server. The device's own clock may be days off.
let ahead = 0

/** Takes the server's time, in milliseconds since the epoch, as it said it just now. */
export function setServerTime(now: number) {
  if (Number.isFinite(now)) ahead = now - Date.now()
}

/** The server's time in milliseconds since the epoch; the device's until the server was heard. */
export const serverNow = () => Date.now() + ahead
