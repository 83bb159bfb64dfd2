import { useState } from 'react'
import { deviceCode } from '../device/device-code'
import { withAsked } from '../i18n/parts'
import { seatOf } from '../session/memory'
import { page } from '../ui/part'
import { StillTrying } from '../ui/still-trying'
import { Ended } from './ended'
import { Invitation } from './invitation'
import { loadInside } from './load-inside'

const Inside = page(loadInside)
const Takeover = page(withAsked(() => import('../device/takeover')))

/** Everything at /p/CODE: the way in, the poll in each of its phases, and its end. */
export function PollPage({ pollID }: { pollID: string }) {
  const [seat, setSeat] = useState(() => seatOf(pollID))
  const [code, setCode] = useState(deviceCode)
  if (code) {
    const done = () => {
      setSeat(seatOf(pollID))
      setCode(undefined)
    }
    return (
      <>
        <StillTrying />
        <Takeover code={code} seat={seat} onDone={done} />
      </>
    )
  }
  if (!seat) {
    return (
      <>
        <StillTrying />
        <Invitation pollID={pollID} onJoined={setSeat} />
      </>
    )
  }
  const joinAgain = () => {
    const left = seatOf(pollID)
    setSeat(left && { ...left, left: false })
  }
  if (seat.left) return <Ended reason="left" topic={seat.topic} onJoinAgain={joinAgain} />
  return <Inside pollID={pollID} seat={seat} onJoinAgain={joinAgain} />
}
