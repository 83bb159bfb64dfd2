package load

import "time"

// Silences returns, for each of some faults, the longest time after it in which nothing was
// acknowledged. A fault's time ends with the next fault, and the last one's with the last
// acknowledgement. Both slices are in order.
func Silences(acked, faults []time.Time) []time.Duration {
	all := make([]time.Duration, len(faults))
	for i, last := range faults {
		for _, at := range acked {
			if at.Before(last) {
				continue
			}
			over := i+1 < len(faults) && at.After(faults[i+1])
			if over {
				at = faults[i+1]
			}
			all[i], last = max(all[i], at.Sub(last)), at
			if over {
				break
			}
		}
	}
	return all
}
