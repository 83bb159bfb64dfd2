const pauses = [300, 1_000, 3_000] // between one try and the next

/** A part of the program that could not be loaded. */
export class LostPart extends Error {}

/** Loads a part of the program, and tries again when the network lets it down. */
export async function insist<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of pauses) {
    try {
      return await load()
    } catch {
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }
  try {
    return await load()
  } catch (cause) {
    throw new LostPart('a part of the program does not come', { cause })
  }
}
