package adaptertest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// logTests test the log of an adapter alone.
var logTests = map[string]func(*seam){
	"AppendsForAll":      testAppendsForAll,
	"BeginsWhereItOpens": testBeginsWhereItOpens,
	"Since":              testSince,
	"Trimmed":            testTrimmed,
	"Session":            testSession,
	"SessionIsReplaced":  testSessionIsReplaced,
	"SessionTakenOnce":   testSessionTakenOnce,
	"SessionExpires":     testSessionExpires,
}

func (m *member) log() socketio.Log { return logOf(m.adapter) }

// appends appends a broadcast, and returns its offset.
func (m *member) appends(data string) string {
	m.t.Helper()
	offset, err := m.log().Append(m.t.Context(), m.message("", data))
	if err != nil {
		m.t.Error(err)
	}
	return offset
}

// compareOffsets returns how two offsets compare.
func compareOffsets(t interface{ Fatalf(string, ...any) }, a, b string) int {
	var numbers [2][2]uint64
	for i, text := range []string{a, b} {
		for j, part := range strings.SplitN(text, "-", 2) {
			n, err := strconv.ParseUint(part, 10, 64)
			if err != nil {
				t.Fatalf("offset %q: %v", text, err)
			}
			numbers[i][j] = n
		}
	}
	return slices.Compare(numbers[0][:], numbers[1][:])
}

// All servers get what is appended, in one order, with the offsets that Append returns.
func testAppendsForAll(s *seam) {
	ms := s.members(3)
	var wg sync.WaitGroup
	offsets := make([][]string, len(ms))
	for i, m := range ms {
		wg.Go(func() {
			for n := range 100 {
				offsets[i] = append(offsets[i], m.appends(strconv.Itoa(n)))
			}
		})
	}
	wg.Wait()
	var first []socketio.Message
	for _, m := range ms {
		got := m.messages(300)
		if first == nil {
			first = got
		}
		if !reflect.DeepEqual(got, first) {
			s.t.Errorf("%s got others, or in another order, than %s", m.name, ms[0].name)
		}
	}
	for i, message := range first {
		if i > 0 && compareOffsets(s.t, first[i-1].Offset, message.Offset) >= 0 {
			s.t.Errorf("offset %s behind %s", message.Offset, first[i-1].Offset)
		}
		from := int(message.From[0] - 'a')
		if len(offsets[from]) == 0 || offsets[from][0] != message.Offset {
			s.t.Fatalf("a message of %s has the offset %s, which Append has not returned", message.From, message.Offset)
		}
		offsets[from] = offsets[from][1:]
	}
}

// A server that opens later is told where the log is, and gets only what comes then.
func testBeginsWhereItOpens(s *seam) {
	early := s.open("early")
	before := early.appends("before")
	late := s.open("late")
	after := early.appends("after")
	got := late.messages(1)
	if len(got) != 1 || got[0].Offset != after {
		s.t.Errorf("it got %+v", got)
	}
	if began := late.began[partOf(late.log(), "/")]; len(began) != 1 || compareOffsets(s.t, began[0], before) != 0 {
		s.t.Errorf("it began at %q, want %q", began, before)
	}
}

// partOf returns the part of a log that a namespace is in.
func partOf(log socketio.Log, namespace string) int {
	if log, ok := log.(socketio.PartedLog); ok {
		return log.Part(namespace)
	}
	return 0
}

// beside returns another namespace than "/", in the same part of a log.
func beside(log socketio.Log) string {
	for i := 0; ; i++ {
		if name := fmt.Sprint("/other", i); partOf(log, name) == partOf(log, "/") {
			return name
		}
	}
}

func testSince(s *seam) {
	ms := s.members(2)
	other := beside(ms[0].log())
	var offsets []string
	for i := range 250 {
		m := ms[i%2].message("", strconv.Itoa(i))
		if i%5 == 4 {
			m.Namespace = other
		}
		offset, err := ms[i%2].log().Append(s.t.Context(), m)
		if err != nil {
			s.t.Fatal(err)
		}
		offsets = append(offsets, offset)
	}
	for _, part := range [][2]int{{0, 249}, {10, 20}, {7, 8}, {13, 14}, {249, 249}} {
		var want, got []string
		for i := part[0] + 1; i <= part[1]; i++ {
			if i%5 != 4 {
				want = append(want, fmt.Sprint(offsets[i], " ", i))
			}
		}
		for m, err := range ms[1].log().Since(s.t.Context(), "/", offsets[part[0]], offsets[part[1]]) {
			if err != nil {
				s.t.Fatal(err)
			}
			if m.Kind == socketio.MessageBroadcast {
				got = append(got, fmt.Sprint(m.Offset, " ", string(m.Attachments[0])))
			}
		}
		if !slices.Equal(got, want) {
			s.t.Errorf("from %d to %d: %q, want %q", part[0], part[1], got, want)
		}
	}
}

// What the log has dropped is not passed over.
func testTrimmed(s *seam) {
	m := s.open("a")
	first := m.appends("first")
	second := m.appends("second")
	for range 400 {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 25 {
					m.appends("more")
				}
			})
		}
		wg.Wait()
		for _, err := range m.log().Since(s.t.Context(), "/", first, second) {
			if errors.Is(err, socketio.ErrNotInLog) {
				return
			} else if err != nil {
				s.t.Fatal(err)
			}
		}
	}
	s.t.Error("the log grows without bound")
}

func session(pid string) socketio.Session {
	return socketio.Session{
		PID: pid, ID: "socket", Namespace: "/", Server: "a", Turn: 3, Since: "12-0",
		Rooms: map[string]string{"r": "13-1", "é:/#*": "14-0"},
		Data:  map[string]json.RawMessage{"d": json.RawMessage(`{"x":[1,null,"é"]}`)},
	}
}

func (m *member) saves(session socketio.Session, keep time.Duration) {
	m.t.Helper()
	if err := m.log().SaveSession(m.t.Context(), session, keep); err != nil {
		m.t.Fatal(err)
	}
}

// takes checks what a member gets when it takes a session. Without an id it gets none.
func (m *member) takes(pid string, want socketio.Session) {
	m.t.Helper()
	got, err := m.log().TakeSession(m.t.Context(), "/", pid)
	if want.ID == "" && !errors.Is(err, socketio.ErrNoSession) || want.ID != "" && err != nil {
		m.t.Errorf("%s: %v", m.name, err)
	}
	if !reflect.DeepEqual(got, want) {
		m.t.Errorf("%s took\n%+v, want\n%+v", m.name, got, want)
	}
}

func testSession(s *seam) {
	ms := s.members(2)
	ms[1].takes("unknown", socketio.Session{})
	ms[0].saves(session("one"), time.Minute)
	ms[0].saves(session("two"), time.Minute)
	bare := socketio.Session{PID: "bare", ID: "socket", Namespace: "/"}
	ms[0].saves(bare, time.Minute)
	ms[1].takes("two", session("two"))
	ms[1].takes("one", session("one"))
	ms[1].takes("one", socketio.Session{})
	got, err := ms[1].log().TakeSession(s.t.Context(), "/", "bare")
	if err != nil || got.ID != bare.ID || len(got.Rooms)+len(got.Data) > 0 {
		s.t.Errorf("took %+v, %v", got, err)
	}
}

func testSessionIsReplaced(s *seam) {
	ms := s.members(2)
	ms[0].saves(session("one"), time.Minute)
	later := session("one")
	later.Rooms["new"] = "20-0"
	ms[1].saves(later, time.Minute)
	ms[0].takes("one", later)
	ms[1].takes("one", socketio.Session{})
	ms[0].saves(session("one"), time.Minute) // too late: its turn is over
	ms[1].takes("one", socketio.Session{})
	later.Turn++
	ms[1].saves(later, time.Minute)
	ms[0].saves(session("one"), time.Minute) // too late, too
	ms[0].takes("one", later)
}

func testSessionTakenOnce(s *seam) {
	ms := s.members(3)
	for i := range 20 {
		pid := fmt.Sprint("pid", i)
		ms[0].saves(session(pid), time.Minute)
		var wg sync.WaitGroup
		taken := make(chan string, 2*len(ms))
		for range 2 {
			for _, m := range ms {
				wg.Go(func() {
					switch _, err := m.log().TakeSession(s.t.Context(), "/", pid); {
					case err == nil:
						taken <- m.name
					case !errors.Is(err, socketio.ErrNoSession):
						s.t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if len(taken) != 1 {
			s.t.Errorf("%d took it", len(taken))
		}
	}
}

func testSessionExpires(s *seam) {
	m := s.open("a")
	m.saves(session("one"), 50*time.Millisecond)
	m.saves(session("two"), time.Minute)
	ctx := soon(s.t)
	for {
		m.saves(session("probe"), 50*time.Millisecond)
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			s.t.Fatal("sessions do not expire")
		}
		if _, err := m.log().TakeSession(s.t.Context(), "/", "probe"); errors.Is(err, socketio.ErrNoSession) {
			break
		}
	}
	m.takes("one", socketio.Session{})
	m.takes("two", session("two"))
}
