import { useEffect, useState } from 'react'

/**
 * The step to show: the host's, unless somebody at this screen looks back with the arrow
 * keys. The space bar, or the host's next step, ends that.
 */
export function useLookBack(step: number): number {
  const [look, setLook] = useState({ at: step, back: 0 })
  const back = look.at === step ? look.back : 0
  useEffect(() => {
    const press = ({ key, target }: KeyboardEvent) => {
      if (key === 'ArrowLeft' || key === 'ArrowUp') move(1)
      else if (key === 'ArrowRight' || key === 'ArrowDown') move(-1)
      else if (key === ' ' && !(target instanceof HTMLButtonElement)) setLook({ at: step, back: 0 })
    }
    const move = (by: number) =>
      setLook(now => {
        const before = now.at === step ? now.back : 0
        return { at: step, back: Math.min(Math.max(before + by, 0), Math.max(step - 1, 0)) }
      })
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [step])
  return step - back
}
