package live

import "github.com/caucus-live/caucus/internal/poll"

// Why a room refuses what the poll in it would take.
var (
	nobodysCommand  = poll.NewReason(poll.Unauthorized, "nobodys_command", "Nobody asked for that.")
	ballotsSpent    = poll.NewReason(poll.Limit, "ballots_spent", "This poll has reached its limit for vote changes. The votes already cast count.")
	budgetSpent     = poll.NewReason(poll.Limit, "budget_spent", "This poll has reached its limit, and nothing more can be added to it. Voting and closing still work.")
	crowdedPoll     = poll.NewReason(poll.Limit, "crowded_poll", "Very many people have joined this poll and left it, so newcomers come in one by one. Please try again in a moment.")
	baseSpectator   = poll.NewReason(poll.Limit, "base_spectator", "Spectators follow this poll on the web page of this server.")
	tooManyTabs     = poll.NewReason(poll.Limit, "too_many_tabs", "You have this poll open in too many tabs. Close some of them and reload.")
	tooManyScreens  = poll.NewReason(poll.Limit, "too_many_screens", "Too many screens show this poll. Close some of them and reload.")
	tooLargeForBase = poll.NewReason(poll.Limit, "too_large_for_base", "This poll is too large for this page. Open it with its code on the web page of this server.")
)
