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
		{name: "1,100 sockets that never read, and ask for half a megabyte five times", bounds: bounds{250 * megabyte, 50 * time.Millisecond}, attack: (*stage).deaf},
		{name: "300 downloads of an export that nobody reads, and 30 in a loop", bounds: bounds{60 * megabyte, 100 * time.Millisecond}, attack: (*stage).downloads},
		{name: "12,000 handshakes with 12 KB of header each", bounds: bounds{150 * megabyte, 100 * time.Millisecond}, attack: (*stage).handshakes},
		{name: "1,000 sockets that storm one poll, and 50 people of another", bounds: bounds{100 * megabyte, 200 * time.Millisecond}, attack: (*stage).storm},
		{name: "people who nominate and take back without end", args: []string{"-max-poll-entries", "2000"}, bounds: bounds{50 * megabyte, 50 * time.Millisecond}, attack: (*stage).churn},
		{name: "a count of 1,000 options", args: []string{"-max-nominations", "1000"}, bounds: bounds{150 * megabyte, 250 * time.Millisecond}, attack: (*stage).count},
		{name: "1,000 new polls on a disk that is nearly full", later: []string{"-min-disk", strconv.Itoa(1 << 60)}, bounds: bounds{50 * megabyte, 50 * time.Millisecond}, attack: (*stage).lowDisk},
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

// deaf people have many tabs that answer pings and take nothing of what they ask for.
func (s *stage) deaf() (string, error) {
	_, poll, _, err := s.fill(20)
	if err != nil {
		return "", err
	}
	people := s.many(55)
	sockets := make([]*socket, people*tabs)
	err = each(people, 8, func(i int) error {
		t, err := s.join(poll.PollID)
		for n := i * tabs; err == nil && n < (i+1)*tabs; n++ {
			if sockets[n], err = s.enter(t.AccessToken, true); err == nil {
				for id := range 5 {
					err = errors.Join(err, sockets[n].send(fmt.Sprintf(`42/polls,%d["poll_sync",{}]`, id)))
				}
			}
		}
		return err
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

// handshakes opens sessions that ask for no poll, each with a long header.
func (s *stage) handshakes() (string, error) {
	var in, refused atomic.Int64
	filler := strings.Repeat("x", 12<<10)
	shake := func(filler string) (int, error) {
		req, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.url+"/socket.io/?EIO=4&transport=polling", http.NoBody)
		if err != nil {
			return 0, err
		}
		req.Header.Set("X-Filler", filler)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close() // it was read
		return res.StatusCode, err
	}
	err := each(s.many(12_000), 16, func(int) error {
		status, err := shake(filler)
		if status == http.StatusOK {
			in.Add(1)
		} else {
			refused.Add(1)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if status, err := shake(strings.Repeat("x", 56<<10)); err == nil && status != http.StatusRequestHeaderFieldsTooLarge {
		return "", fmt.Errorf("a header of 56 KB: status %d", status)
	}
	http.DefaultClient.CloseIdleConnections()
	return fmt.Sprintf("%d sessions, %d refused; 56 KB refused", in.Load(), refused.Load()), nil
}

// storm has many connect to one poll at once, while others come to another.
func (s *stage) storm() (string, error) {
	stormed, err := s.create()
	if err != nil {
		return "", err
	}
	other, err := s.create()
	if err != nil {
		return "", err
	}
	var storming sync.WaitGroup
	var failed error
	storming.Go(func() { // ends with its connections; waited for below
		failed = each(s.many(1000), 64, func(int) error {
			t, err := s.join(stormed.PollID)
			if err == nil {
				_, err = s.enter(t.AccessToken, true)
			}
			return err
		})
	})
	err = each(50, 4, func(int) error {
		_, err := s.person(other.PollID)
		return err
	})
	storming.Wait()
	return "50 of 50 came in", errors.Join(err, failed)
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
