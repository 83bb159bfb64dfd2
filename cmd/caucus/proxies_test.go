package main

import (
	"io"
	"testing"
)

// -trust-proxy stands alone, or has a value, after = or as the next argument.
func TestTrustProxy(t *testing.T) {
	for want, forms := range map[string][][]string{
		"":                                 {nil, {"-trust-proxy=false"}, {"-trust-proxy", "0"}, {"-trust-proxy=0"}},
		"1":                                {{"-trust-proxy"}, {"--trust-proxy"}, {"-trust-proxy", "-addr", ":1"}, {"-trust-proxy=true"}, {"-trust-proxy", "1"}},
		"2":                                {{"-trust-proxy", "2"}, {"--trust-proxy=2"}, {"-addr", ":1", "-trust-proxy", "2", "-data", "d"}},
		"10.0.0.0/8,fd00::/8,192.0.2.1/32": {{"-trust-proxy", "10.1.2.3/8, fd00::/8,192.0.2.1"}},
	} {
		for _, args := range forms {
			c, err := parseFlags(args, env(), io.Discard)
			if err != nil || c.trustProxy.String() != want || c.trustProxy.any() != (want != "") {
				t.Errorf("%q: %v, %v; want %q", args, c, err, want)
			}
		}
		if want == "" {
			continue
		}
		if c, err := parseFlags(nil, env("CAUCUS_TRUST_PROXY", want), io.Discard); err != nil || c.trustProxy.String() != want {
			t.Errorf("in the environment: %v, %v; want %q", c, err, want)
		}
	}
	for _, wrong := range []string{"-1", "many", "10.0.0.0/8,x", "10.0.0.0/99"} {
		if c, err := parseFlags([]string{"-trust-proxy=" + wrong}, env(), io.Discard); err == nil {
			t.Errorf("%s: %v", wrong, c.trustProxy)
		}
	}
}
