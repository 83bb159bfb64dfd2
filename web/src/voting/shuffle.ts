/** Options in an order that differs from person to person, and stays when others come or go. */
export function shuffledFor<T extends { id: string }>(userID: string, options: readonly T[]): T[] {
  return options
    .map(option => ({ option, lot: hash(`${userID}/${option.id}`) }))
    .sort((a, b) => a.lot - b.lot || (a.option.id < b.option.id ? -1 : 1))
    .map(({ option }) => option)
}

/** FNV-1a with the finalizer of MurmurHash3: texts that differ in one letter are far from each other. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (const unit of text) h = Math.imul(h ^ (unit.codePointAt(0) ?? 0), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
