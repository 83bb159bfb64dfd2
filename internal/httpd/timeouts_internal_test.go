package httpd

import (
	"testing"
	"time"
)

// Three connections in a row of one age, below the ping interval, are a proxy's work.
func TestTimeoutsAreTakenFor(t *testing.T) {
	for name, c := range map[string]struct {
		ages  []float64 // seconds
		apart float64   // how long each began after the one before, in seconds
		want  bool
	}{
		"a proxy's ten seconds":   {[]float64{10.1, 10, 10.2}, 4, true},
		"after other ends":        {[]float64{17, 3, 10.1, 10, 10.2}, 4, true},
		"with reloads in between": {[]float64{10.1, .1, 10, .2, 10.2}, 4, true},
		"people":                  {[]float64{3, 14, 9, 21, 5}, 4, false},
		"too few":                 {[]float64{10, 10}, 4, false},
		"after a ping":            {[]float64{25.1, 25.1, 25.1}, 4, false},
		"reloads":                 {[]float64{1, 1, 1, 1}, 4, false},
		"a room comes and goes":   {[]float64{10.1, 10, 10.2, 10, 10.1}, .01, false},
		"a room goes at once":     {[]float64{12, 11.4, 10.8, 10.2, 9.6, 9}, .6, false},
		"two rooms":               {[]float64{10, 10, 10, 20, 20, 20, 20}, .01, false},
	} {
		watch, got := newTimeouts(nil), false
		for i, age := range c.ages {
			began := time.Unix(0, 0).Add(time.Duration(float64(i) * c.apart * float64(time.Second)))
			got = watch.alike(end{began, time.Duration(age * float64(time.Second))})
		}
		if got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
