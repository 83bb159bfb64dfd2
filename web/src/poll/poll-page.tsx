import { useState } from 'react'
import { seatOf } from '../session/memory'
import { part } from '../ui/insist'
import { Ended } from './ended'
import { Invitation } from './invitation'

// What follows a poll (sockets, dragging) is half of the program: it comes while people type their name.
export const loadInside = () => import('./inside')
const Inside = part(loadInside)

/** Everything at /p/CODE: the way in, the poll in each of its phases, and its end. */
export function PollPage({ pollID }: { pollID: string }) {
  const [seat, setSeat] = useState(() => seatOf(pollID))
  if (!seat) return <Invitation pollID={pollID} onJoined={setSeat} />
  const joinAgain = () => {
    const left = seatOf(pollID)
    setSeat(left && { ...left, left: false })
  }
  if (seat.left) return <Ended reason="left" topic={seat.topic} onJoinAgain={joinAgain} />
  return <Inside pollID={pollID} seat={seat} onJoinAgain={joinAgain} />
}
