package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	tb := newTable([]string{floor, caucus})
	for _, v := range []float64{3, 1, 2} {
		tb.add("broadcast/websocket/receivers=10/size=40", floor, []figure{{"µs", 2 * v}, {"ms", 10 * v}})
		tb.add("broadcast/websocket/receivers=10/size=40", caucus, []figure{{"µs", v}, {"ms", 100 * v}})
	}
	tb.add("broadcast/websocket/receivers=20/size=40", floor, nil) // it failed
	tb.add("slow/websocket/receivers=10", caucus, []figure{{"MiB", 0.5}})
	if typical, most := tb.spread(); typical != 50 || most != 50 {
		t.Errorf("spread %v and %v, want 50", typical, most)
	}
	const want = `
### broadcast over websocket

| figure | receivers | size | floor | caucus | caucus ÷ floor |
| ---    | ---:      | ---: | ---:  | ---:   | ---:           |
| µs     | 10        | 40   | 4.00  | 2.00   | 0.50           |
| µs     | 20        | 40   | –     | –      | –              |
| ms     | 10        | 40   | 20.0  | 200    | 10.00          |
| ms     | 20        | 40   | –     | –      | –              |

### slow over websocket

| figure | receivers | floor | caucus | caucus ÷ floor |
| ---    | ---:      | ---:  | ---:   | ---:           |
| MiB    | 10        | –     | 0.50   | –              |
`
	var got strings.Builder
	if err := tb.print(&got); err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestPercentile(t *testing.T) {
	samples := []float64{4, 1, 3, 2}
	for p, want := range map[int]float64{0: 1, 25: 1, 50: 2, 51: 3, 99: 4, 100: 4} {
		if got := percentile(samples, p); got != want {
			t.Errorf("percentile %d of 1..4 is %v, want %v", p, got, want)
		}
	}
}

func TestClientFrame(t *testing.T) {
	for frame, want := range map[string][2]int{
		"\x81": {}, "\x81\x82mask1": {}, "\x81\x82mask12": {6, 8}, "\x81\x82mask12more": {6, 8},
		"\x81\xfe\x00": {}, "\x81\xfe\x00\x03mask123": {8, 11},
	} {
		if header, end, err := clientFrame([]byte(frame)); header != want[0] || end != want[1] || err != nil {
			t.Errorf("%q: %d, %d, %v, want %d", frame, header, end, err, want)
		}
	}
	if _, _, err := clientFrame([]byte("\x81\x02")); err == nil {
		t.Error("a frame that is not masked is let through")
	}
}
