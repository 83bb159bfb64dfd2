const mark = '#device='

/** The address at which another device goes on as the same person. What follows # is sent to no server. */
export const deviceLink = (poll: string, code: string) => `${poll}${mark}${code}`

/** The code in the address of this page. */
export const deviceCode = () =>
  location.hash.startsWith(mark) ? location.hash.slice(mark.length).split('&')[0] || undefined : undefined

/** Takes the code out of the address, so that nobody reads or keeps it there. */
export function hideDeviceCode() {
  if (deviceCode()) history.replaceState(history.state, '', location.pathname + location.search)
}
