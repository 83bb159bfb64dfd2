package top

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// maxScrape bounds what a server may answer, in bytes.
const maxScrape = 8 << 20

// A scrape is what a server measured at one moment. The zero value has measured nothing.
type scrape struct {
	at       time.Time
	families map[string]*dto.MetricFamily
}

// read asks a server for its measurements.
func read(ctx context.Context, client *http.Client, url string) (*scrape, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, res.Status)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(io.LimitReader(res.Body, maxScrape))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	if families["caucus_build_info"] == nil {
		return nil, errors.New("what answers at " + url + " is not a Caucus server")
	}
	return &scrape{time.Now(), families}, nil
}

// metrics returns those of a family whose label, if one is given, has the value.
func (s *scrape) metrics(name, label, value string) []*dto.Metric {
	family := s.families[name].GetMetric()
	if label == "" {
		return family
	}
	return slices.DeleteFunc(slices.Clone(family), func(m *dto.Metric) bool { return labelOf(m, label) != value })
}

func labelOf(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

// labels returns the values that a label has in a family, sorted.
func (s *scrape) labels(name, label string) (values []string) {
	for _, m := range s.families[name].GetMetric() {
		values = append(values, labelOf(m, label))
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// sum adds up the gauges and counters of a family.
func (s *scrape) sum(name string) (total float64) {
	for _, m := range s.metrics(name, "", "") {
		total += m.GetGauge().GetValue() + m.GetCounter().GetValue()
	}
	return total
}

// A distribution is the histograms of a family in one: how many values are at most
// each bound.
type distribution struct {
	count  float64
	bounds []bound
}

type bound struct{ atMost, count float64 }

func (s *scrape) distribution(name, label, value string) (d distribution) {
	counts := map[float64]float64{}
	for _, m := range s.metrics(name, label, value) {
		h := m.GetHistogram()
		d.count += float64(h.GetSampleCount())
		for _, b := range h.GetBucket() {
			counts[b.GetUpperBound()] += float64(b.GetCumulativeCount())
		}
	}
	for atMost, count := range counts {
		d.bounds = append(d.bounds, bound{atMost, count})
	}
	slices.SortFunc(d.bounds, func(a, b bound) int { return cmp.Compare(a.atMost, b.atMost) })
	return d
}

// since returns what came after an earlier state. A server that was started again
// begins at zero.
func (d distribution) since(earlier distribution) distribution {
	if d.count < earlier.count || len(d.bounds) != len(earlier.bounds) {
		return d
	}
	later := distribution{count: d.count - earlier.count, bounds: slices.Clone(d.bounds)}
	for i, b := range earlier.bounds {
		later.bounds[i].count -= b.count
	}
	return later
}

// quantile estimates the value that a share of the values do not exceed, as
// Prometheus does: evenly spread between two bounds. What is above the highest finite
// bound is reported as that bound. Without values it is 0.
func (d distribution) quantile(share float64) float64 {
	if d.count == 0 {
		return 0
	}
	rank, below := share*d.count, bound{}
	for _, b := range d.bounds {
		if b.count >= rank && b.count > below.count {
			if b.atMost > 1e300 { // infinite
				return below.atMost
			}
			return below.atMost + (b.atMost-below.atMost)*(rank-below.count)/(b.count-below.count)
		}
		below = b
	}
	return below.atMost
}
