package adaptertest

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/caucus-live/caucus/socketio"
)

// seamTests test an adapter alone.
var seamTests = map[string]func(*seam){
	"DeliversToAllOthers":   testDeliversToAllOthers,
	"DeliversToTheOneNamed": testDeliversToTheOneNamed,
	"KeepsTheOrder":         testKeepsTheOrder,
	"DeliversOnce":          testDeliversOnce,
	"CarriesAllFields":      testCarriesAllFields,
	"KnowsTheServers":       testKnowsTheServers,
	"IsSilentAfterClose":    testIsSilentAfterClose,
	"ClustersAreApart":      testClustersAreApart,
}

// A member is an adapter without a server.
type member struct {
	t       *testing.T
	adapter socketio.Adapter
	name    string

	more  chan struct{} // has room for one: there is something more in got
	mu    sync.Mutex    // guards the fields below
	got   []socketio.Message
	began map[int][]string // positions in the log that it was told, by part
}

// A seam is a cluster in which there are no servers.
type seam struct {
	t          *testing.T
	newCluster Factory
	join       func() socketio.Adapter
}

func newSeam(t *testing.T, newCluster Factory) *seam {
	t.Helper()
	return &seam{t, newCluster, newCluster(t)}
}

// members opens adapters named a, b, c…, and waits until they know each other.
func (s *seam) members(n int) []*member {
	s.t.Helper()
	var members []*member
	for i := range n {
		members = append(members, s.open(string(rune('a'+i))))
	}
	for _, m := range members {
		m.awaitServers(n - 1)
	}
	return members
}

func (s *seam) open(name string) *member {
	s.t.Helper()
	m := &member{t: s.t, adapter: s.join(), name: name, more: make(chan struct{}, 1), began: make(map[int][]string)}
	if err := m.adapter.Open(soon(s.t), socketio.Node{Name: name, Deliver: m.deliver}); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = m.adapter.Close(context.WithoutCancel(s.t.Context())) }) // the test may have done so
	return m
}

func (m *member) awaitServers(n int) []string {
	m.t.Helper()
	var servers []string
	eventually(m.t, fmt.Sprintf("%s knows %d servers", m.name, n), func() bool {
		var err error
		if servers, err = m.adapter.Servers(m.t.Context()); err != nil {
			m.t.Fatal(err)
		}
		return len(servers) == n
	})
	slices.Sort(servers)
	return servers
}

func (m *member) deliver(message socketio.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if message.Kind == socketio.MessagePosition {
		m.began[message.Count] = append(m.began[message.Count], message.Offset)
		return
	}
	m.got = append(m.got, message)
	select {
	case m.more <- struct{}{}:
	default:
	}
}

func (m *member) publish(to, data string) {
	m.t.Helper()
	if err := m.adapter.Publish(m.t.Context(), m.message(to, data)); err != nil {
		m.t.Error(err)
	}
}

// message returns a broadcast, or an answer if it is for one server, with data as an
// attachment, so that it may be any bytes.
func (m *member) message(to, data string) socketio.Message {
	message := socketio.Message{
		Kind: socketio.MessageBroadcast, From: m.name, To: to, Namespace: "/",
		Data: []byte(`["x",{"_placeholder":true,"num":0}]`), Attachments: [][]byte{[]byte(data)},
	}
	if to != "" {
		message.Kind, message.ID = socketio.MessageReply, "request"
	}
	return message
}

// wants checks that these messages come, and no others: "from>to data".
func (m *member) wants(lines ...string) {
	m.t.Helper()
	if got := m.receive(len(lines)); !slices.Equal(got, lines) {
		m.t.Errorf("%s got %q, want %q", m.name, got, lines)
	}
}

// receive waits for n messages, and returns, and forgets, all that have come.
func (m *member) receive(n int) (lines []string) {
	m.t.Helper()
	for _, message := range m.messages(n) {
		lines = append(lines, fmt.Sprintf("%s>%s %s", message.From, message.To, bytes.Join(message.Attachments, nil)))
	}
	return lines
}

// messages is receive without a description.
func (m *member) messages(n int) (all []socketio.Message) {
	m.t.Helper()
	for ctx := soon(m.t); ; {
		m.mu.Lock()
		all = append(all, m.got...)
		m.got = nil
		m.mu.Unlock()
		if len(all) >= n {
			return all
		}
		select {
		case <-m.more:
		case <-ctx.Done():
			m.t.Fatalf("%s got only %+v", m.name, all)
		}
	}
}

func testDeliversToAllOthers(s *seam) {
	ms := s.members(3)
	big := string(bytes.Repeat([]byte{0, 1, 0xff, '\n'}, 25_000))
	for _, data := range []string{"text", "", "\x00\xff\r\n", big} {
		ms[0].publish("", data)
	}
	for _, m := range ms[1:] {
		m.wants("a> text", "a> ", "a> \x00\xff\r\n", "a> "+big)
	}
	ms[1].publish("", "last")
	ms[0].wants("b> last") // and nothing of its own
}

func testDeliversToTheOneNamed(s *seam) {
	ms := s.members(3)
	ms[0].publish("b", "for b")
	ms[0].publish("c", "for c")
	ms[0].publish("nobody", "lost")
	ms[0].publish("b", "also for b")
	ms[1].wants("a>b for b", "a>b also for b")
	ms[0].publish("c", "also for c")
	ms[2].wants("a>c for c", "a>c also for c")
}

// With a log broadcasts and answers have an order each, otherwise they have one together.
func testKeepsTheOrder(s *seam) {
	ms := s.members(3)
	if logOf(ms[0].adapter) != nil {
		testKeepsTheOrders(s, ms)
		return
	}
	var wantB, wantC []string
	for i := range 500 {
		ms[0].publish("", fmt.Sprint("n", i))
		ms[0].publish("b", fmt.Sprint("b", i))
		wantB = append(wantB, fmt.Sprint("a> n", i), fmt.Sprint("a>b b", i))
		wantC = append(wantC, fmt.Sprint("a> n", i))
	}
	ms[1].wants(wantB...)
	ms[2].wants(wantC...)
}

func testKeepsTheOrders(s *seam, ms []*member) {
	var broadcasts, answers []string
	for i := range 500 {
		ms[0].publish("", fmt.Sprint("n", i))
		ms[0].publish("b", fmt.Sprint("b", i))
		broadcasts = append(broadcasts, fmt.Sprint("a> n", i))
		answers = append(answers, fmt.Sprint("a>b b", i))
	}
	ms[2].wants(broadcasts...)
	var got [2][]string
	for _, line := range ms[1].receive(1000) {
		kind := 0
		if strings.HasPrefix(line, "a>b ") {
			kind = 1
		}
		got[kind] = append(got[kind], line)
	}
	if !slices.Equal(got[0], broadcasts) || !slices.Equal(got[1], answers) {
		s.t.Errorf("b got %q", got)
	}
}

func testDeliversOnce(s *seam) {
	ms := s.members(3)
	var wg sync.WaitGroup
	var want []string
	for g := range 8 {
		for i := range 50 {
			want = append(want, fmt.Sprintf("a> %d %d", g, i), fmt.Sprintf("b> %d %d", g, i))
		}
		for _, m := range ms[:2] {
			wg.Go(func() {
				for i := range 50 {
					m.publish("", fmt.Sprint(g, " ", i))
				}
			})
		}
	}
	wg.Wait()
	slices.Sort(want)
	got := ms[2].receive(len(want))
	slices.Sort(got)
	if !slices.Equal(got, want) {
		s.t.Errorf("%d messages that are not the %d that were published", len(got), len(want))
	}
}

func testKnowsTheServers(s *seam) {
	t, ms := s.t, s.members(3)
	if got := ms[1].awaitServers(2); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("b knows the servers %q", got)
	}
	if err := ms[2].adapter.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ms[1].awaitServers(1); !slices.Equal(got, []string{"a"}) {
		t.Errorf("b knows the servers %q", got)
	}
	late := s.open("late")
	if got := ms[1].awaitServers(2); !slices.Equal(got, []string{"a", "late"}) {
		t.Errorf("b knows the servers %q", got)
	}
	late.awaitServers(2)
	ms[1].publish("", "welcome")
	late.wants("b> welcome")
}

func testIsSilentAfterClose(s *seam) {
	t, ms, leaver := s.t, s.members(2), s.join()
	var inside, left atomic.Bool
	entered := make(chan struct{}, 1)
	if err := leaver.Open(soon(t), socketio.Node{Name: "leaver", Deliver: func(socketio.Message) {
		if inside.Store(true); left.Load() {
			t.Error("a message after Close has returned")
		}
		select {
		case entered <- struct{}{}:
		default:
		}
		for range 100 {
			runtime.Gosched() // as if there were something to do
		}
		inside.Store(false)
	}}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 200 {
			ms[0].publish("", "x")
		}
	})
	select {
	case <-entered:
	case <-soon(t).Done():
		t.Fatal("nothing came")
	}
	if err := leaver.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if left.Store(true); inside.Load() {
		t.Error("a message was being delivered when Close returned")
	}
	wg.Wait()
	late := (&member{name: "leaver"}).message("", "late")
	if err := leaver.Publish(t.Context(), late); err == nil {
		t.Error("it could publish after Close")
	}
	if got := ms[1].receive(200); len(got) != 200 {
		t.Errorf("the one who stayed got %d messages", len(got))
	}
}

func testClustersAreApart(s *seam) {
	here, there := s.members(2), newSeam(s.t, s.newCluster).members(2)
	here[0].publish("", "here")
	there[0].publish("", "there")
	here[1].wants("a> here")
	there[1].wants("a> there")
}
