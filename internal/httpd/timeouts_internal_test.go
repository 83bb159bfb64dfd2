package httpd

import (
	"testing"
	"time"
)

// Three connections in a row of one age, below the ping interval, are a proxy's work.
func TestTimeoutsAreTakenFor(t *testing.T) {
	for name, c := range map[string]struct {
		ages []float64 // seconds
		want bool
	}{
		"a proxy's ten seconds":   {[]float64{10.1, 10, 10.2}, true},
		"after other ends":        {[]float64{17, 3, 10.1, 10, 10.2}, true},
		"with reloads in between": {[]float64{10.1, .1, 10, .2, 10.2}, true},
		"people":                  {[]float64{3, 14, 9, 21, 5}, false},
		"too few":                 {[]float64{10, 10}, false},
		"after a ping":            {[]float64{25.1, 25.1, 25.1}, false},
		"reloads":                 {[]float64{1, 1, 1, 1}, false},
	} {
		watch, got := newTimeouts(nil), false
		for _, age := range c.ages {
			got = watch.alike(time.Duration(age * float64(time.Second)))
		}
		if got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
