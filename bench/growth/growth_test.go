package main

import (
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every quantity can be measured, at sizes too small to say anything.
func TestQuantitiesAreMeasured(t *testing.T) {
	names := map[string]bool{}
	for _, q := range quantities() {
		if names[q.name] || len(q.sizes) < 3 {
			t.Errorf("%q has the name of another, or too few sizes", q.name)
		}
		names[q.name] = true
		if _, err := q.once(t.Context(), 5); err != nil {
			t.Errorf("%s: %v", q.name, err)
		}
	}
}

func TestTable(t *testing.T) {
	c := &curve{quantity: quantity{name: "squares", does: "all are filled", sizes: []int{1, 10, 100}}}
	for _, n := range c.sizes {
		size := float64(n)
		c.costs[cpu] = append(c.costs[cpu], point{size, size * size})
		c.costs[allocated] = append(c.costs[allocated], point{size, 1_024 * size})
		c.costs[held] = append(c.costs[held], point{size, 2_048})
	}
	explained := *c
	explained.explained = "a square has two sides"
	const want = `
| quantity | measured       | sizes | ms CPU | exponent | KiB allocated | exponent | KiB held | exponent | verdict                           |
| ---      | ---            | ---   | ---:   | ---:     | ---:          | ---:     | ---:     | ---:     | ---                               |
| squares  | all are filled | 1–100 | 10.0   | 2.00     | 100.0         | 1.00     | 2.0      | 0.00     | FAULT                             |
| squares  | all are filled | 1–100 | 10.0   | 2.00     | 100.0         | 1.00     | 2.0      | 0.00     | explained: a square has two sides |
`
	var got strings.Builder
	if err := printTable(&got, []*curve{c, &explained}); err != nil {
		t.Fatal(err)
	}
	if got.String() != want[1:] {
		t.Errorf("got\n%swant%s", got.String(), want)
	}
}

func TestRun(t *testing.T) {
	for _, args := range [][]string{{"-run", "("}, {"-rounds", "many"}} {
		var out strings.Builder
		if err := run(t.Context(), args, &out, &out); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}
