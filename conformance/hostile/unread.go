package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// What is asked for and not read: the server keeps little of it, and others are served.

// unreadViews asks for the whole poll with old tokens, and reads nothing, while the poll changes,
// so that each of the answers is of another version.
func (s *stage) unreadViews() (string, error) {
	host, poll, options, err := s.fill(20)
	if err != nil {
		return "", err
	}
	const ofEach = 10 // answers of a version
	versions := s.many(30)
	for v := 0; err == nil && v < versions; v++ {
		if _, err = host.ask("edit_nomination", fmt.Sprintf(`{"id":%q,"text":"%s %d"}`, options[v%len(options)], strings.Repeat(family, 90), v)); err == nil {
			err = each(ofEach, 8, func(int) error { return s.unreadPost("/polls/rejoin", `{"accessToken":"`+poll.AccessToken+`"}`) })
		}
	}
	return fmt.Sprintf("%d answers of half a megabyte", versions*ofEach), err
}

// unreadPost sends a request, and reads nothing of the answer.
func (s *stage) unreadPost(path, body string) error {
	conn, err := s.dial(s.ctx, "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		return err
	}
	s.keep(conn)
	_ = conn.SetWriteDeadline(time.Now().Add(answerTimeout))
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: caucus\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	return err
}

// unreadPages has a host with many tabs ask for pages of people, and take none.
func (s *stage) unreadPages() (string, error) {
	poll, err := post[ticket](s, "/polls", map[string]any{"topic": "Lunch", "votesPerVoter": 2, "name": "Ann", "patches": true, "admission": "approve"})
	if err != nil {
		return "", err
	}
	newcomers := s.many(1000)
	err = each(newcomers, 8, func(i int) error {
		t, err := post[ticket](s, "/polls/join", map[string]any{"pollID": poll.PollID, "name": fmt.Sprint(strings.Repeat(family, 20), i), "patches": true})
		if err == nil {
			_, err = s.enter(t.AccessToken, false)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	const asked = 50
	err = each(tabs, 4, func(int) error {
		c, err := s.enter(poll.AccessToken, true)
		for id := 0; err == nil && id < asked; id++ {
			err = c.send(fmt.Sprintf(`42/polls,%d[%q,{"limit":500}]`, id, []string{"roster", "waiting_list"}[id%2]))
		}
		return err
	})
	if err != nil {
		return "", err
	}
	host, err := s.connect(poll.AccessToken)
	if err == nil {
		err = s.inTurn(func() error {
			_, err := host.ask("waiting_list", `{"limit":10}`)
			return err
		})
	}
	return fmt.Sprintf("%d pages of up to 500 people, asked for from %d tabs; the host goes on", asked*tabs, tabs), err
}

// unmoved are people whose poll is cancelled: they take no notice of that, nor of the end of the
// connection, but answer pings and ask on.
func (s *stage) unmoved() (string, error) {
	poll, err := s.create()
	if err != nil {
		return "", err
	}
	sockets, err := s.withTabs(poll.PollID, s.many(25), func(token string, n int) (*socket, error) {
		c, err := s.enter(token, n%2 == 0)
		if err == nil {
			_, err = c.await("40/polls,")
		}
		return c, err
	})
	if err != nil {
		return "", err
	}
	host, err := s.connect(poll.AccessToken)
	if err != nil {
		return "", err
	}
	if _, err := host.ask("cancel_poll", "{}"); err != nil {
		return "", err
	}
	began := time.Now()
	ended := 0
	for ; ended < len(sockets) && time.Since(began) < untilGone && s.ctx.Err() == nil; pause(s.ctx, 250*time.Millisecond) {
		ended = 0
		for _, c := range sockets {
			if c.send("3") != nil || c.send(`42/polls,1["poll_sync",{}]`) != nil {
				ended++
			}
		}
	}
	if ended < len(sockets) {
		return "", fmt.Errorf("%d of %d connections are there still, %s after the end of their poll", len(sockets)-ended, len(sockets), untilGone)
	}
	return fmt.Sprintf("%d of %d connections ended within %s", ended, len(sockets), time.Since(began).Round(time.Second)), nil
}

// untilGone is how long a client may be there that takes no notice of its end.
const untilGone = 60 * time.Second

// crowd has more clients connect to one poll at once than may be on their way, and has people come
// to another one meanwhile, who wait little.
func (s *stage) crowd() (string, error) {
	var mu sync.Mutex // guards slowest
	var slowest time.Duration
	err := s.during(256, func(poll string) error {
		start := time.Now()
		_, err := s.person(poll)
		mu.Lock()
		defer mu.Unlock()
		slowest = max(slowest, time.Since(start))
		return err
	})
	if bound := s.patience(2 * time.Second); err == nil && slowest > bound {
		err = fmt.Errorf("somebody on the way to another poll waited %s", slowest.Round(time.Millisecond))
	}
	return fmt.Sprintf("50 of 50 came in, within %s each", slowest.Round(10*time.Millisecond)), err
}
