package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	megabyte = 1 << 20

	// tabs is how many connections one person may have.
	tabs = 20

	// optionsEach is how many options one person may nominate.
	optionsEach = 10

	// pingTimeouts is how long the server may take to give up a client that takes nothing:
	// two of its ping timeouts.
	pingTimeouts = 2 * 20 * time.Second
)

// family is one character of 25 bytes.
const family = "\U0001F468\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466"

func cases() []scenario {
	return []scenario{
		{name: "1,100 sockets that never read, and ask for half a megabyte five times", bounds: bounds{memory: 250 * megabyte, p99: 50 * time.Millisecond}, attack: (*stage).deaf},
		{name: "1,100 sockets of the base contract that never read, of 58 people who change their ballots", bounds: bounds{memory: 250 * megabyte, p99: 50 * time.Millisecond}, attack: (*stage).deafVoters},
		{name: "300 downloads of an export that nobody reads, and 30 in a loop", bounds: bounds{memory: 60 * megabyte, p99: 100 * time.Millisecond, slower: 2}, attack: (*stage).downloads},
		{name: "12,000 handshakes with 12 KB of header each", bounds: bounds{memory: 150 * megabyte, p99: 100 * time.Millisecond}, attack: (*stage).handshakes},
		{name: "1,000 sockets that storm one poll, and 50 people of another", bounds: bounds{memory: 100 * megabyte, p99: 200 * time.Millisecond}, attack: (*stage).storm},
		{name: "1,000 sockets that storm one poll, with 40 places for those on their way, and 50 people of another", args: []string{"-max-arriving", "40"}, bounds: bounds{memory: 100 * megabyte, p99: 200 * time.Millisecond}, attack: (*stage).crowd},
		{name: "300 whole polls that nobody reads, of 30 versions", bounds: bounds{memory: 100 * megabyte, p99: 100 * time.Millisecond}, attack: (*stage).unreadViews},
		{name: "1,000 pages of people that nobody reads", bounds: bounds{memory: 100 * megabyte, p99: 100 * time.Millisecond}, attack: (*stage).unreadPages},
		{name: "500 sockets that take no notice of the end of their poll, nor of their own", bounds: bounds{memory: 50 * megabyte, p99: 50 * time.Millisecond}, attack: (*stage).unmoved},
		{name: "people who nominate and take back without end", args: []string{"-max-poll-entries", "2000"}, bounds: bounds{memory: 50 * megabyte, p99: 50 * time.Millisecond}, attack: (*stage).churn},
		{name: "a count of 1,000 options", args: []string{"-max-nominations", "1000"}, bounds: bounds{memory: 150 * megabyte, p99: 250 * time.Millisecond}, attack: (*stage).count},
		{name: "1,000 new polls on a disk that is nearly full", later: []string{"-min-disk", strconv.Itoa(1 << 60)}, bounds: bounds{memory: 50 * megabyte, p99: 50 * time.Millisecond}, attack: (*stage).lowDisk},
	}
}

// each calls f n times, some concurrently, and returns the first error.
func each(n, atATime int, f func(i int) error) error {
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make(chan error, atATime) // each worker sends one
	for range min(n, atATime) {
		all.Go(func() { // ends with the numbers; waited for below
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := f(i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(errs)
	return <-errs // nil if all succeeded
}

// fill opens a poll and has people nominate options of 2.4 KB. The host comes only then: a
// client that does not read all the time must not be there for long.
func (s *stage) fill(people int) (host *socket, poll ticket, options []string, err error) {
	if poll, err = s.create(); err != nil {
		return nil, poll, nil, err
	}
	options = make([]string, people*optionsEach)
	err = each(people, 8, func(i int) error {
		c, err := s.person(poll.PollID)
		for n := i * optionsEach; err == nil && n < (i+1)*optionsEach; n++ {
			var r reply
			r, err = c.ask("nominate", fmt.Sprintf(`{"text":"%s %04d"}`, strings.Repeat(family, 94), n))
			options[n] = r.Nomination
		}
		return err
	})
	if err != nil {
		return nil, poll, nil, err
	}
	host, err = s.connect(poll.AccessToken)
	return host, poll, options, err
}

// person joins a poll and is let in.
func (s *stage) person(poll string) (*socket, error) {
	t, err := s.join(poll)
	if err != nil {
		return nil, err
	}
	return s.connect(t.AccessToken)
}

// withTabs has people join a poll, and opens the n-th of all their tabs with open.
func (s *stage) withTabs(poll string, people int, open func(token string, n int) (*socket, error)) ([]*socket, error) {
	sockets := make([]*socket, people*tabs)
	return sockets, each(people, 8, func(i int) error {
		t, err := s.join(poll)
		for n := i * tabs; err == nil && n < (i+1)*tabs; n++ {
			sockets[n], err = open(t.AccessToken, n)
		}
		return err
	})
}

// inTurn asks until that is not too often: the tabs of a person share what one may ask for.
func (s *stage) inTurn(ask func() error) error {
	end := time.Now().Add(answerTimeout)
	for {
		err := ask()
		why, ok := errors.AsType[*refused](err)
		if !ok || why.code != "rate_limited" || time.Now().After(end) || s.ctx.Err() != nil {
			return err
		}
		pause(s.ctx, time.Second)
	}
}

// deaf people have many tabs that answer pings and take nothing of what they ask for.
func (s *stage) deaf() (string, error) {
	_, poll, _, err := s.fill(20)
	if err != nil {
		return "", err
	}
	sockets, err := s.withTabs(poll.PollID, s.many(55), func(token string, _ int) (*socket, error) {
		c, err := s.enter(token, true)
		for id := 0; err == nil && id < 5; id++ {
			err = c.send(fmt.Sprintf(`42/polls,%d["poll_sync",{}]`, id))
		}
		return c, err
	})
	if err != nil || s.short {
		return fmt.Sprintf("%d sockets", len(sockets)), err
	}
	ended := 0
	for end := time.Now().Add(pingTimeouts + 25*time.Second); time.Now().Before(end) && s.ctx.Err() == nil; pause(s.ctx, 2*time.Second) {
		ended = 0
		for _, c := range sockets {
			if c.send("3") != nil {
				ended++
			}
		}
		if ended == len(sockets) {
			break
		}
	}
	if ended < len(sockets) {
		return "", fmt.Errorf("only %d of %d sockets were ended", ended, len(sockets))
	}
	return fmt.Sprintf("%d of %d ended", ended, len(sockets)), nil
}

// deafVoters use the base contract, whose views grow with the poll: they have many tabs that
// take nothing, and change their ballots meanwhile.
func (s *stage) deafVoters() (string, error) {
	host, poll, options, err := s.fill(20)
	if err != nil {
		return "", err
	}
	if _, err := host.ask("start_vote", "{}"); err != nil {
		return "", err
	}
	people := s.many(58)
	tokens := make([]string, people)
	vote := func(i, n int) error {
		c, err := s.connect(tokens[i])
		if err != nil {
			return err
		}
		defer c.conn.Close()
		_, err = c.ask("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, options[(i+n)%len(options)]))
		return err
	}
	err = each(people, 8, func(i int) error {
		t, err := s.join(poll.PollID)
		if tokens[i] = t.AccessToken; err == nil {
			err = vote(i, 0)
		}
		for n := 0; err == nil && n < tabs-1; n++ { // one is left to vote from
			_, err = s.enterBase(t.AccessToken, true)
		}
		return err
	})
	gap := time.Second
	if s.short {
		gap = 250 * time.Millisecond // each is published on its own still
	}
	for n := 1; err == nil && n <= 8; n++ { // as many versions wait for each
		if err = each(people, 8, func(i int) error { return vote(i, n) }); err == nil {
			pause(s.ctx, gap)
		}
	}
	return fmt.Sprintf("%d sockets, %d changes of ballots", people*(tabs-1), people*8), err
}

// closed is a poll whose export as CSV has 3.5 MB.
func (s *stage) closed() (poll ticket, err error) {
	host, poll, options, err := s.fill(20)
	if err != nil {
		return poll, err
	}
	ballot, err := json.Marshal(options[:20])
	if err != nil {
		return poll, err
	}
	if _, err := host.ask("start_vote", "{}"); err != nil {
		return poll, err
	}
	if err := each(75, 8, func(int) error {
		v, err := s.person(poll.PollID)
		if err == nil {
			_, err = v.ask("submit_rankings", `{"rankings":`+string(ballot)+`}`)
		}
		return err
	}); err != nil {
		return poll, err
	}
	if host, err = s.connect(poll.AccessToken); err != nil {
		return poll, err
	}
	_, err = host.ask("close_poll", "{}")
	return poll, err
}

// downloads asks for an export, again and again, and reads nothing of some.
func (s *stage) downloads() (string, error) {
	poll, err := s.closed()
	if err != nil {
		return "", err
	}
	path := "/polls/" + poll.PollID + "/export.csv"
	err = each(s.many(300), 16, func(int) error {
		conn, err := new(net.Dialer).DialContext(s.ctx, "tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			return err
		}
		s.keep(conn)
		_, err = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: caucus\r\n\r\n")
		return err
	})
	if err != nil {
		return "", err
	}
	var bytes atomic.Int64
	err = each(s.many(30), 30, func(int) error {
		for range 5 {
			req, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.url+path, http.NoBody)
			if err != nil {
				return err
			}
			req.Close = true
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				return err
			}
			n, err := io.Copy(io.Discard, res.Body)
			bytes.Add(n)
			if _ = res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
				return fmt.Errorf("%s, %w", res.Status, err)
			}
		}
		return nil
	})
	return fmt.Sprintf("%d MB were read", bytes.Load()/1e6), err
}

// handshakes opens sessions that ask for no poll, each with a long header: those before give
// way, and people come in from the same address meanwhile.
func (s *stage) handshakes() (string, error) {
	poll, err := s.create()
	if err != nil {
		return "", err
	}
	filler := strings.Repeat("x", 12<<10)
	n := s.many(12_000)
	sessions := make([]string, n)
	err = each(n, 16, func(i int) error {
		status, body, err := s.engine(http.MethodGet, "", filler, "")
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("a handshake: status %d", status)
		}
		var opened struct{ SID string }
		if err == nil {
			err = json.Unmarshal(bytes.TrimPrefix(body, []byte("0")), &opened)
		}
		sessions[i] = opened.SID
		if err == nil && i%(n/10) == 0 {
			_, err = s.person(poll.PollID)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if status, _, err := s.engine(http.MethodGet, "", strings.Repeat("x", 56<<10), ""); err == nil && status != http.StatusRequestHeaderFieldsTooLarge {
		return "", fmt.Errorf("a header of 56 KB: status %d", status)
	}
	gone, err := s.gone(sessions)
	http.DefaultClient.CloseIdleConnections()
	if err == nil && gone < n-maxBare {
		err = fmt.Errorf("%d of %d sessions have ended", gone, n)
	}
	return fmt.Sprintf("%d sessions, %d of them ended; people came in; 56 KB refused", n, gone), err
}

// maxBare is how many sessions of one address may ask for nothing.
const maxBare = 5000

// gone returns how many of some sessions the server knows no more.
func (s *stage) gone(sessions []string) (int, error) {
	var gone atomic.Int64
	err := each(len(sessions), 16, func(i int) error {
		status, _, err := s.engine(http.MethodPost, "&sid="+sessions[i], "", "3") // a pong
		if status == http.StatusBadRequest {
			gone.Add(1)
		}
		return err
	})
	return int(gone.Load()), err
}

// engine makes a request of the Engine.IO server, and returns the answer.
func (s *stage) engine(method, query, filler, content string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(s.ctx, method, s.url+"/socket.io/?EIO=4&transport=polling"+query, strings.NewReader(content))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("X-Filler", filler)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

// storm has many connect to one poll at once, while others come to another.
func (s *stage) storm() (string, error) {
	err := s.during(64, func(poll string) error {
		_, err := s.person(poll)
		return err
	})
	return "50 of 50 came in", err
}

// during has 1,000 clients connect to one poll, atATime at a time, and has 50 people come to
// another one meanwhile.
func (s *stage) during(atATime int, come func(poll string) error) error {
	stormed, err := s.create()
	if err != nil {
		return err
	}
	other, err := s.create()
	if err != nil {
		return err
	}
	var storming sync.WaitGroup
	var failed error
	storming.Go(func() { // ends with its connections; waited for below
		failed = each(s.many(1000), atATime, func(int) error {
			t, err := s.join(stormed.PollID)
			if err == nil {
				_, err = s.enter(t.AccessToken, true)
			}
			return err
		})
	})
	err = each(50, 4, func(int) error { return come(other.PollID) })
	storming.Wait()
	return errors.Join(err, failed)
}

// churn has people nominate and take back until that is refused; the host can go on.
func (s *stage) churn() (string, error) {
	poll, err := s.create()
	if err != nil {
		return "", err
	}
	var entries atomic.Int64
	err = each(40, 40, func(i int) error {
		c, err := s.person(poll.PollID)
		for n := 0; err == nil; n++ {
			var r reply
			r, err = c.ask("nominate", fmt.Sprintf(`{"text":"Option %d of %d"}`, n, i))
			if err == nil {
				_, err = c.ask("remove_nomination", fmt.Sprintf(`{"id":%q}`, r.Nomination))
			}
			entries.Add(2)
		}
		if why, ok := errors.AsType[*refused](err); ok && (why.code == "limit" || why.code == "rate_limited") {
			return nil
		}
		return err
	})
	if err != nil {
		return "", err
	}
	host, err := s.connect(poll.AccessToken)
	if err != nil {
		return "", err
	}
	if _, err := host.ask("nominate", `{"text":"The host's"}`); err != nil {
		return "", fmt.Errorf("the host: %w", err)
	}
	return fmt.Sprintf("refused after %d entries; the host goes on", entries.Load()), nil
}

// count closes a poll with enough options to make comparing all methods costly.
func (s *stage) count() (string, error) {
	host, poll, options, err := s.fill(max(3, s.many(100)))
	if err != nil {
		return "", err
	}
	if _, err := host.ask("start_vote", "{}"); err != nil {
		return "", err
	}
	voter, err := s.person(poll.PollID)
	if err != nil {
		return "", err
	}
	ballot, err := json.Marshal(options[:20])
	if err != nil {
		return "", err
	}
	if _, err := voter.ask("submit_rankings", `{"rankings":`+string(ballot)+`}`); err != nil {
		return "", err
	}
	start := time.Now()
	_, err = host.ask("close_poll", "{}")
	return fmt.Sprintf("%d options, closed in %s", len(options), time.Since(start).Round(time.Millisecond)), err
}

// lowDisk asks for new polls, which are refused with a sentence, and for readiness; the
// bystander's poll goes on, and people come into it.
func (s *stage) lowDisk() (string, error) {
	refusal := func(err error) error {
		if err == nil || !strings.Contains(err.Error(), "503") || !strings.Contains(err.Error(), "disk") {
			return fmt.Errorf("a new poll on a full disk: %w", cmp.Or(err, errors.New("it was opened")))
		}
		return nil
	}
	n := s.many(1000)
	if err := each(n, 16, func(int) error { _, err := s.create(); return refusal(err) }); err != nil {
		return "", err
	}
	if _, err := s.person(s.bystander.PollID); err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.url+"/readyz", http.NoBody)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(text, []byte("disk")) {
		return "", fmt.Errorf("/readyz: %s %s %w", res.Status, text, err)
	}
	http.DefaultClient.CloseIdleConnections()
	return fmt.Sprintf("%d refused, the poll under way goes on, /readyz says so", n), nil
}
