package httpd

import (
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// Codes that a poll itself does not refuse with.
const (
	internalFault = poll.Code(wire.CodeInternal)
	rateLimited   = poll.Code(wire.CodeRateLimited)
)

// Why requests, connections and commands are refused before they reach a poll, or although it
// would take them.
var (
	noSuchCode     = poll.NewReason(poll.NotFound, "no_such_code", "There is no poll with this code; it may have ended. Check the code, or ask who shared it.")
	noEntry        = poll.NewReason(poll.Unauthorized, "no_entry", "You cannot take part in this poll any more.")
	screenOnly     = poll.NewReason(poll.Unauthorized, "screen_only", "This link can show the poll, but not change it.")
	screenTransfer = poll.NewReason(poll.Unauthorized, "screen_transfer", "A screen is nobody who could go on elsewhere.")
	stillWaiting   = poll.NewReason(poll.Unauthorized, "still_waiting", "You are waiting for a host to let you in.")
	hostsSeeAll    = poll.NewReason(poll.Unauthorized, "hosts_see_all", "Only the hosts of this poll may see everybody in it.")
	foreignPage    = poll.NewReason(poll.Unauthorized, "foreign_page", "This server does not take this page for its own, so nothing that you do here would reach it. "+
		"Its operator finds the reason, and what to change, in its log.")

	joinAfterEnd  = poll.NewReason(poll.WrongPhase, "join_after_end", "Voting in this poll has ended; nobody can join it any more.")
	noResultsYet  = poll.NewReason(poll.WrongPhase, "no_results_yet", "The results are here once voting has ended.")
	notRevealed   = poll.NewReason(poll.WrongPhase, "not_revealed", "The results are here once the admin has revealed them.")
	notRunAgain   = poll.NewReason(poll.NotFound, "not_run_again", "This poll is not run again yet.")
	nothingHere   = poll.NewReason(poll.NotFound, "nothing_here", "There is nothing at this address.")
	spentCode     = poll.NewReason(poll.NotFound, "spent_code", "This code does not work any more. Show a fresh one on the other device: each works once, for a minute.")
	unknownEvent  = poll.NewReason(poll.BadRequest, "unknown_event", "There is no event of this name.")
	unknownMethod = poll.NewReason(poll.BadRequest, "wrong_http_method", "This address does not answer requests of this kind.")

	noAcknowledgement = poll.NewReason(poll.BadRequest, "no_acknowledgement", "{event} must be sent with an acknowledgement")
	wrongType         = poll.NewReason(poll.BadRequest, "wrong_type", "{field} must be {type}")
	notJSON           = poll.NewReason(poll.BadRequest, "not_json", "What was sent is not valid JSON.")
	notAnObject       = poll.NewReason(poll.BadRequest, "not_an_object", "What is sent must be a JSON object.")
	wrongContentType  = poll.NewReason(poll.BadRequest, "wrong_content_type", "The body must be JSON; send Content-Type: application/json.")
	shortBody         = poll.NewReason(poll.BadRequest, "short_body", "The body ended too early.")
	largeBody         = poll.NewReason(poll.BadRequest, "large_body", "The body must not be larger than {max} KiB.")
	emptyID           = poll.NewReason(poll.BadRequest, "empty_id", "id must be a text that is not empty")
	creationIDLength  = poll.NewReason(poll.BadRequest, "creation_id_length", "commandID must be {min} to {max} characters long, and nobody else may know it: it gives its sender the poll")
	matchingLength    = poll.NewReason(poll.BadRequest, "matching_length", "matching must be 1 to {max} characters of a name")
	pageRange         = poll.NewReason(poll.BadRequest, "page_range", "limit must be from 1 to {max}")
	hiddenAddress     = poll.NewReason(poll.BadRequest, "hidden_address", "The proxy in front of this server did not pass on the address of the client. The server's log has the details.")

	tooOften         = poll.NewReason(rateLimited, "too_often", "That was too often; try again in {wait second}.")
	lowDisk          = poll.NewReason(poll.Limit, "low_disk", "The disk of this server is nearly full, so no new poll can be opened. Polls under way go on. Please tell whoever runs the server.")
	crowdedArrivals  = poll.NewReason(internalFault, "crowded_arrivals", "Too many people are joining right now. Please wait a moment.")
	crowdedDownloads = poll.NewReason(internalFault, "crowded_downloads", "Many people are downloading results just now; try again in a moment.")
	tooSlow          = poll.NewReason(internalFault, "too_slow", "The server is too busy to answer in time. Reload to see whether what you sent was accepted.")
	goingDown        = poll.NewReason(internalFault, "going_down", "The server is restarting; try again in a moment.")
	shuttingDown     = poll.NewReason(internalFault, "shutting_down", "The server is shutting down.")
	cannotSave       = poll.NewReason(internalFault, "cannot_save", "The server cannot save anything just now: {why}.")
	notSaved         = poll.NewReason(internalFault, "not_saved", "The server cannot save anything just now: {why}. Try again in a moment.")
	slowLedger       = poll.NewReason(internalFault, "slow_ledger", "The server cannot save anything just now.")
	unreadableLedger = poll.NewReason(internalFault, "unreadable_ledger", "The ledger cannot be read.")
	nearlyFullDisk   = poll.NewReason(internalFault, "nearly_full_disk", "The disk is nearly full: new polls are refused, those under way go on.")
	ownFault         = poll.NewReason(internalFault, "fault", "Something went wrong on the server; try again. If it stays so, tell its operator the number {number}.")
)
