// Package event names the events of the /polls namespace and, as types, what they
// carry. It is apart from package wire so that those who only need the types know
// nothing of sockets.
package event

//go:generate go tool -modfile=../../../tools.mod tsgen -o ../../../web/src/contract.gen.ts -errors=false -notnull -rename wire.Error=CommandError -rename poll.Document=PollDocument -type wire.Auth -type wire.CreatePoll -type wire.JoinPoll -type wire.Joined -type wire.Problem -type poll.BaseNomination -type poll.Summary -type wire.PollResults -type wire.Site .

import (
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/socketio"
)

// What clients send. Each may be sent with or without an acknowledgement, but for
// the last seven, which are questions. A refused one is answered by an
// [wire.Answer] that is not OK or, without an acknowledgement, by [Exception].
//
//tsgen:client
const (
	Nominate           socketio.Call[wire.Nominate, wire.Answer]           = "nominate"
	RemoveNomination   socketio.Call[wire.ByID, wire.Answer]               = "remove_nomination"
	ApproveNominations socketio.Call[wire.ByIDs, wire.Answer]              = "approve_nominations"
	EditNomination     socketio.Call[wire.EditNomination, wire.Answer]     = "edit_nomination"
	MergeNominations   socketio.Call[wire.MergeNominations, wire.Answer]   = "merge_nominations"
	UnmergeNomination  socketio.Call[wire.ByID, wire.Answer]               = "unmerge_nomination"
	OrderNominations   socketio.Call[wire.OrderNominations, wire.Answer]   = "order_nominations"
	LockNominations    socketio.Call[wire.SetLock, wire.Answer]            = "lock_nominations"
	EditPoll           socketio.Call[wire.EditPoll, wire.Answer]           = "edit_poll"
	RemoveParticipant  socketio.Call[wire.ByID, wire.Answer]               = "remove_participant"
	MakeAdmin          socketio.Call[wire.ByID, wire.Answer]               = "make_admin"
	RemoveParticipants socketio.Call[wire.RemoveParticipants, wire.Answer] = "remove_participants"
	LockRoom           socketio.Call[wire.SetLock, wire.Answer]            = "lock_room"
	Admit              socketio.Call[wire.Newcomers, wire.Answer]          = "admit"
	Reject             socketio.Call[wire.Newcomers, wire.Answer]          = "reject"
	Spectate           socketio.Call[wire.Spectate, wire.Answer]           = "spectate"
	SetTimer           socketio.Call[wire.SetTimer, wire.Answer]           = "set_timer"
	ReopenVote         socketio.Call[wire.Command, wire.Answer]            = "reopen_vote"
	AddHost            socketio.Call[wire.ByID, wire.Answer]               = "add_host"
	RemoveHost         socketio.Call[wire.ByID, wire.Answer]               = "remove_host"
	StartVote          socketio.Call[wire.StartVote, wire.Answer]          = "start_vote"
	SubmitRankings     socketio.Call[wire.SubmitRankings, wire.Answer]     = "submit_rankings"
	ClosePoll          socketio.Call[wire.Command, wire.Answer]            = "close_poll"
	RevealResult       socketio.Call[wire.Command, wire.Answer]            = "reveal_result"
	PlayResult         socketio.Call[wire.PlayResult, wire.Answer]         = "play_result"
	Extend             socketio.Call[wire.Extend, wire.Answer]             = "extend"
	CancelPoll         socketio.Call[wire.Command, wire.Answer]            = "cancel_poll"
	Leave              socketio.Call[wire.Command, wire.Answer]            = "leave"
	PollSync           socketio.Call[wire.Command, wire.Synced]            = "poll_sync"
	Roster             socketio.Call[wire.RosterRequest, wire.Roster]      = "roster"
	WaitingList        socketio.Call[wire.WaitingRequest, wire.Waiting]    = "waiting_list"
	Present            socketio.Call[wire.Command, wire.Screen]            = "present"
	RunAgain           socketio.Call[wire.Command, wire.Moved]             = "run_again"
	NextPoll           socketio.Call[wire.Command, wire.Moved]             = "next_poll"
	DeviceCode         socketio.Call[wire.Command, wire.DeviceCode]        = "device_code"
)

// What clients that follow patches are sent.
//
//tsgen:server
const (
	PollState socketio.Event[wire.PollState] = "poll_state"
	PollPatch socketio.Event[wire.PollPatch] = "poll_patch"
	Me        socketio.Event[*poll.Me]       = "me"
	PollEnded socketio.Event[wire.PollEnded] = "poll_ended"
	Waiting   socketio.Event[*poll.Door]     = "waiting"
)

// What clients of the base contract are sent. An exception goes to any client
// that did not ask for an acknowledgement.
//
//tsgen:ignore
const (
	PollUpdated   socketio.Event[*poll.Base]     = "poll_updated"
	PollCancelled socketio.Event[socketio.None]  = "poll_cancelled"
	Exception     socketio.Event[wire.Exception] = "exception"
)

// The whole messages of a connect_error.
const (
	Forbidden = "FORBIDDEN" // the token is not good, or the admin removed its holder
	NotFound  = "NOT_FOUND" // the poll is gone
)
