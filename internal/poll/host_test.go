package poll_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// today has a poll follow the rules of new polls.
func today(c *poll.Create) { c.Rules = poll.Rules }

// listed are the options as they are listed.
func (tb *table) listed() (texts []string) {
	for _, n := range tb.Base("").Nominations {
		texts = append(texts, n.Text)
	}
	return texts
}

func (tb *table) mustList(want ...string) {
	tb.Helper()
	if diff := cmp.Diff(want, tb.listed()); diff != "" {
		tb.Errorf("the options:\n%s", diff)
	}
}

// mustLast checks that a state that is restored, and one that is replayed, are the same.
func (tb *table) mustLast() {
	tb.Helper()
	restored, err := poll.Restore(tb.Snapshot())
	if err != nil {
		tb.Fatal(err)
	}
	same(tb, restored, tb.State)
	same(tb, replay(tb, tb.log), tb.State)
}

func TestAPollWithOptions(t *testing.T) {
	option := func(id poll.NominationID, note, link string) poll.Option {
		return poll.Option{ID: id, Text: text(t, string(id)), Note: note, Link: link}
	}
	tb := open(t, today, func(c *poll.Create) {
		c.Settings.NominationsPerVoter = 1
		c.Options = []poll.Option{option(tacos, "spicy", "https://example.org/t"), option(pizza, "", "")}
	})
	tb.mustList("tacos", "pizza")
	if n := tb.Document().Nominations[tacos]; n.Note != "spicy" || n.Link != "https://example.org/t" || n.UserID != anna {
		t.Errorf("%+v", n)
	}
	tb.nominate(anna, sushi) // those of the poll do not count as hers
	tb.mustList("tacos", "pizza", "sushi")
	tb.mustLast()
	for name, options := range map[string][]poll.Option{
		"one id twice":   {option(pizza, "", ""), {ID: pizza, Text: text(t, "Other")}},
		"one text twice": {option(pizza, "", ""), {ID: sushi, Text: text(t, "PIZZA")}},
		"no id":          {{Text: text(t, "x")}},
		"no text":        {{ID: "x"}},
	} {
		c := creation(today, func(c *poll.Create) { c.Options = options })
		if err := poll.New().Check(poll.Entry{At: opened, By: anna, Command: c}); refusal(t, err).Code != poll.BadRequest {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseOption(t *testing.T) {
	o, err := poll.ParseOption(" Tacos ", " very\n spicy ", " https://example.org/a?b=c#d ")
	want := poll.Option{Text: poll.Text{Text: "Tacos", Key: "tacos"}, Note: "very spicy", Link: "https://example.org/a?b=c#d"}
	if diff := cmp.Diff(want, o); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for _, link := range []string{
		"example.org", "/a", "javascript:alert(1)", "data:text/html,x", "ftp://example.org", "https://", "https://u:p@example.org",
		"https://example.org/a b", `https://example.org/"`, "https://example.org/<", "https://example.org/\u202e", "https://" + strings.Repeat("a", 500),
	} {
		if _, err := poll.ParseOption("x", "", link); err == nil || !strings.HasPrefix(err.Error(), "link must be") {
			t.Errorf("%q: %v", link, err)
		}
	}
	if _, err := poll.ParseOption("x", strings.Repeat("n", 281), ""); err == nil {
		t.Error("a long note is taken")
	}
}

func TestHostsNominate(t *testing.T) {
	tb := open(t, func(c *poll.Create) { c.Settings.HostNominates = true })
	tb.join(ben, carla)
	tb.do(anna, poll.AddHost{ID: carla})
	tb.refuse(ben, poll.Nominate{ID: pizza, Text: text(t, "Pizza")}, poll.Unauthorized)
	tb.nominate(anna, pizza)
	tb.nominate(carla, sushi)
	tb.mustLast()
}

func TestLockedNominations(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.do(anna, poll.LockNominations{Locked: true})
	tb.refuse(ben, poll.Nominate{ID: pizza, Text: text(t, "Pizza")}, poll.WrongPhase)
	tb.nominate(anna, pizza)
	tb.mustLast()
	if !tb.Document().Locked {
		t.Error("nobody sees it")
	}
	tb.do(anna, poll.LockNominations{})
	tb.nominate(ben, sushi)
}

func TestNominationsAreApproved(t *testing.T) {
	tb := open(t, func(c *poll.Create) { c.Settings.ApproveNominations = true })
	tb.join(ben, carla)
	tb.nominate(ben, pizza, tacos)
	tb.nominate(anna, sushi)
	tb.mustList("sushi")
	if d := tb.Document(); d.Waiting != 2 || len(d.Nominations) != 1 {
		t.Errorf("%+v", d)
	}
	for id, want := range map[poll.UserID]int{anna: 2, ben: 2, carla: 0} {
		if me, _ := tb.Me(id); len(me.Waiting) != want {
			t.Errorf("%s sees %v", id, me.Waiting)
		}
	}
	if err := tb.refusal(carla, poll.Nominate{ID: "x", Text: text(t, "PIZZA")}, poll.Duplicate); err.Existing != "" {
		t.Error("the id of one that waits is told")
	}
	tb.refuse(ben, poll.ApproveNominations{IDs: []poll.NominationID{pizza}}, poll.Unauthorized)
	tb.refuse(anna, poll.ApproveNominations{}, poll.BadRequest)
	tb.refuse(anna, poll.ApproveNominations{IDs: []poll.NominationID{pizza, pizza}}, poll.BadRequest)
	tb.refuse(anna, poll.ApproveNominations{IDs: []poll.NominationID{sushi}}, poll.NotFound)
	tb.mustLast()
	tb.do(anna, poll.ApproveNominations{IDs: []poll.NominationID{pizza}})
	tb.mustList("pizza", "sushi")
	tb.do(anna, poll.StartVote{Seed: seed})
	if me, _ := tb.Me(ben); len(me.Waiting) > 0 || tb.Document().Waiting > 0 {
		t.Error("some wait while voting is open")
	}
	tb.refuse(ben, tb.cast(ben, tacos), poll.NotFound)
	tb.mustLast()
}

func TestEditNomination(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.nominate(ben, pizza, sushi)
	edit := func(id poll.NominationID, to string) poll.EditNomination {
		return poll.EditNomination{ID: id, Text: text(t, to), Note: "n", Link: "https://l"}
	}
	tb.refuse(ben, edit(pizza, "Pizze"), poll.Unauthorized)
	tb.refuse(anna, edit("x", "Pizze"), poll.NotFound)
	tb.refuse(anna, edit(pizza, "SUSHI"), poll.Duplicate)
	tb.do(anna, edit(pizza, "PIZZA"))
	tb.do(anna, edit(pizza, "Pizze"))
	tb.refuse(ben, poll.Nominate{ID: "again", Text: text(t, "PIZZE")}, poll.Duplicate)
	tb.do(ben, poll.Nominate{ID: "again", Text: text(t, "Pizza")})
	tb.mustList("Pizze", "sushi", "Pizza")
	tb.mustLast()
}

// A nomination may have a note and a link of the greatest length, in characters of the greatest size.
func TestLongestNotes(t *testing.T) {
	tb := open(t)
	link := "https://example.org/" + strings.Repeat("a", poll.MaxLink-len("https://example.org/"))
	for id, test := range map[poll.NominationID]struct {
		note, link string
		refused    bool
	}{
		"longest": {strings.Repeat(family, poll.MaxNote), link, false},
		"note":    {strings.Repeat("a", 32*poll.MaxNote+1), "", true},
		"link":    {"", link + "a", true},
		"bytes":   {"", "https://\xff", true},
	} {
		cmd := poll.Nominate{ID: id, Text: text(t, string(id)), Note: test.note, Link: test.link}
		if test.refused {
			tb.refuse(anna, cmd, poll.BadRequest)
		} else {
			tb.do(anna, cmd)
		}
	}
}

// A nomination that is merged is one that its author may make again, until it is taken apart.
func TestMergedNominationsAreFree(t *testing.T) {
	tb := open(t, today, func(c *poll.Create) { c.Settings.NominationsPerVoter = 2 })
	tb.join(ben)
	tb.nominate(anna, pizza)
	tb.nominate(ben, sushi, tacos)
	tb.do(anna, poll.MergeNominations{Into: pizza, IDs: []poll.NominationID{sushi}})
	tb.do(anna, poll.UnmergeNomination{ID: pizza})
	tb.refuse(ben, poll.Nominate{ID: "x", Text: text(t, "x")}, poll.Limit)
	tb.do(anna, poll.MergeNominations{Into: pizza, IDs: []poll.NominationID{sushi}})
	tb.nominate(ben, "x")
	tb.refuse(ben, poll.Nominate{ID: "y", Text: text(t, "y")}, poll.Limit)
}

func TestMergeAndUndo(t *testing.T) {
	tb := open(t)
	tb.join(ben, carla)
	tb.nominate(ben, pizza, "pizzas")
	tb.nominate(carla, sushi, "pizze")
	tb.refuse(ben, poll.MergeNominations{Into: pizza, IDs: []poll.NominationID{sushi}}, poll.Unauthorized)
	tb.refuse(anna, poll.MergeNominations{Into: pizza, IDs: []poll.NominationID{pizza}}, poll.BadRequest)
	tb.refuse(anna, poll.MergeNominations{Into: "x", IDs: []poll.NominationID{pizza}}, poll.NotFound)
	tb.refuse(anna, poll.UnmergeNomination{ID: pizza}, poll.BadRequest)
	tb.do(anna, poll.MergeNominations{Into: "pizze", IDs: []poll.NominationID{"pizzas"}})
	tb.do(anna, poll.MergeNominations{Into: pizza, IDs: []poll.NominationID{"pizze"}})
	tb.mustList("pizza", "sushi")
	want := []poll.Merged{{ID: "pizze", UserID: carla, Text: "pizze"}, {ID: "pizzas", UserID: ben, Text: "pizzas"}}
	if diff := cmp.Diff(want, tb.Document().Nominations[pizza].Merged); diff != "" {
		t.Error(diff)
	}
	if err := tb.refusal(carla, poll.Nominate{ID: "x", Text: text(t, "Pizzas")}, poll.Duplicate); err.Existing != pizza {
		t.Errorf("a merged text leads to %s", err.Existing)
	}
	tb.refuse(carla, poll.Nominate{ID: "pizzas", Text: text(t, "Other")}, poll.BadRequest)
	tb.mustLast()
	tb.do(anna, poll.EditNomination{ID: pizza, Text: text(t, "Pizzas")}) // as one of the merged
	tb.mustLast()
	tb.do(anna, poll.EditNomination{ID: pizza, Text: text(t, "Pizza")})
	tb.mustLast()
	tb.do(anna, poll.UnmergeNomination{ID: pizza})
	tb.mustList("Pizza", "pizzas", "sushi", "pizze")
	tb.mustLast()
	tb.do(anna, poll.MergeNominations{Into: pizza, IDs: []poll.NominationID{"pizzas"}})
	tb.do(anna, poll.RemoveNomination{ID: pizza})
	tb.do(ben, poll.Nominate{ID: "x", Text: text(t, "Pizzas")})
	tb.mustLast()
}

func TestOrderNominations(t *testing.T) {
	tb := open(t)
	tb.nominate(anna, tacos, pizza, sushi)
	tb.do(anna, poll.OrderNominations{IDs: []poll.NominationID{sushi, tacos, pizza}})
	tb.mustList("sushi", "tacos", "pizza")
	tb.do(anna, poll.OrderNominations{By: poll.ByText})
	tb.mustList("pizza", "sushi", "tacos")
	tb.nominate(anna, "apples")
	tb.mustList("pizza", "sushi", "tacos", "apples")
	shuffled := map[string]bool{}
	for i := range 40 {
		tb.do(anna, poll.OrderNominations{By: poll.ByChance, Seed: slices.Repeat([]byte{byte(i)}, 32)})
		shuffled[strings.Join(tb.listed(), " ")] = true
	}
	if len(shuffled) < 10 {
		t.Errorf("%d orders of 24 came up", len(shuffled))
	}
	tb.mustLast()
	for _, bad := range []poll.OrderNominations{
		{}, {By: "size"}, {By: poll.ByChance}, {IDs: []poll.NominationID{pizza}}, {IDs: []poll.NominationID{pizza, pizza, sushi, tacos}},
	} {
		tb.refuse(anna, bad, poll.BadRequest)
	}
}

func TestEditPoll(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	method := tally.STV
	edit := poll.EditPoll{Changes: poll.Changes{Topic: new("Dinner?"), Method: &method, Seats: new(2), Reveal: new(true)}}
	tb.refuse(ben, edit, poll.Unauthorized)
	tb.refuse(anna, poll.EditPoll{Changes: poll.Changes{Seats: new(2)}}, poll.BadRequest) // which score does not have
	tb.refuse(anna, poll.EditPoll{Changes: poll.Changes{Topic: new("")}}, poll.BadRequest)
	tb.refuse(anna, poll.EditPoll{Changes: poll.Changes{ClosesAt: new(opened)}}, poll.BadRequest)
	tb.do(anna, edit)
	if s := tb.Document().Settings; s.Topic != "Dinner?" || s.Method != tally.STV || s.Seats != 2 || !s.Reveal || s.VotesPerVoter != 3 {
		t.Errorf("%+v", s)
	}
	tb.mustLast()
	tb.nominate(anna, pizza, sushi)
	tb.do(anna, poll.StartVote{Seed: seed})
	tb.refuse(anna, edit, poll.WrongPhase)
}

// A host runs the poll beside the admin; who hosts it, the admin decides.
func TestHosts(t *testing.T) {
	tb := open(t)
	tb.join(ben, carla, dora)
	tb.refuse(ben, poll.AddHost{ID: ben}, poll.Unauthorized)
	tb.refuse(anna, poll.AddHost{ID: "nobody"}, poll.NotFound)
	tb.do(anna, poll.AddHost{ID: ben})
	tb.do(anna, poll.AddHost{ID: carla})
	tb.refuse(anna, poll.AddHost{ID: ben}, poll.BadRequest)
	if me, _ := tb.Me(ben); me.Role != poll.Host {
		t.Errorf("Ben is %s", me.Role)
	}
	tb.mustLast()
	tb.refuse(ben, poll.AddHost{ID: dora}, poll.Unauthorized)
	tb.refuse(ben, poll.MakeAdmin{ID: ben}, poll.Unauthorized)
	tb.refuse(ben, poll.Cancel{}, poll.Unauthorized)
	tb.refuse(ben, poll.RemoveParticipant{ID: carla}, poll.Unauthorized)
	tb.refuse(ben, poll.RemoveParticipant{ID: anna}, poll.Unauthorized)
	tb.refuse(ben, poll.RemoveParticipant{ID: ben}, poll.BadRequest)
	tb.refuse(ben, poll.RemoveHost{ID: carla}, poll.Unauthorized)
	tb.nominate(dora, pizza, sushi)
	tb.do(ben, poll.RemoveNomination{ID: pizza})
	tb.do(ben, poll.RemoveParticipant{ID: dora})
	tb.do(carla, poll.RemoveHost{ID: carla})
	tb.refuse(anna, poll.RemoveHost{ID: carla}, poll.NotFound)
	tb.do(anna, poll.MakeAdmin{ID: ben})
	if d := tb.Document(); d.AdminID != ben || len(d.Hosts) > 0 {
		t.Errorf("admin %s, hosts %v", d.AdminID, d.Hosts)
	}
	tb.do(ben, poll.AddHost{ID: carla})
	tb.do(ben, poll.RemoveParticipant{ID: carla})
	if len(tb.Hosts()) > 0 {
		t.Error("a removed person is a host")
	}
	tb.mustLast()
}

// Each change is made to the setting of its name, and to no other.
func TestEveryChange(t *testing.T) {
	changes := poll.Changes{
		Topic: new("Dinner?"), Method: new(tally.Borda), Seats: new(2), VotesPerVoter: new(2), NominationsPerVoter: new(7), AllowPartial: new(false),
		ChangeableVote: new(false), ShowTurnout: new(false), DeclareTies: new(true), ClosesAt: new(opened.Add(time.Hour)), Reveal: new(true), HostNominates: new(true),
		ApproveNominations: new(true), Anonymous: new(true), Shuffle: new(false), EqualRanks: new(true), Admission: new(poll.ApproveAdmission),
	}
	all := reflect.ValueOf(changes)
	for i := range all.NumField() {
		name := all.Type().Field(i).Name
		if all.Field(i).IsNil() {
			t.Errorf("%s is not tried", name)
			continue
		}
		tb := open(t, func(c *poll.Create) { c.Settings.Method, c.Settings.Shuffle = tally.IRV, true })
		if name == "Seats" {
			tb = open(t, func(c *poll.Create) { c.Settings.Method = tally.STV })
		}
		var edit poll.EditPoll
		reflect.ValueOf(&edit.Changes).Elem().Field(i).Set(all.Field(i))
		want := tb.Settings()
		setting := reflect.ValueOf(&want).Elem().FieldByName(name)
		if before := setting.Interface(); reflect.DeepEqual(before, all.Field(i).Elem().Interface()) {
			t.Errorf("%s is %v already", name, before)
		}
		setting.Set(all.Field(i).Elem())
		tb.do(anna, edit)
		if diff := cmp.Diff(want, tb.Settings()); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
