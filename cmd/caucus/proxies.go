package main

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// proxies are the value of -trust-proxy: how many there are in a row, or their networks.
// The zero value stands for no proxy.
type proxies struct {
	count    int
	networks []netip.Prefix
}

func (p *proxies) any() bool { return p.count > 0 || p.networks != nil }

func (p *proxies) String() string {
	switch {
	case p.networks != nil:
		var list []string
		for _, n := range p.networks {
			list = append(list, n.String())
		}
		return strings.Join(list, ",")
	case p.count > 0:
		return strconv.Itoa(p.count)
	}
	return "" // so that the default is not shown twice
}

// Set reads true and false, as before there was a number, a number, or networks.
func (p *proxies) Set(value string) error {
	if n, err := strconv.Atoi(value); err == nil && n >= 0 {
		*p = proxies{count: n}
		return nil
	}
	if on, err := strconv.ParseBool(value); err == nil {
		*p = proxies{}
		if on {
			p.count = 1
		}
		return nil
	}
	var networks []netip.Prefix
	for part := range strings.SplitSeq(value, ",") {
		n, err := parseNetwork(strings.TrimSpace(part))
		if err != nil {
			return errors.New("it is a number of proxies, or networks such as 10.0.0.0/8,fd00::/8")
		}
		networks = append(networks, n)
	}
	*p = proxies{networks: networks}
	return nil
}

// IsBoolFlag lets the flag stand alone.
func (*proxies) IsBoolFlag() bool { return true }

// parseNetwork parses a network, or an address as a network of one.
func parseNetwork(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	n, err := netip.ParsePrefix(s)
	return n.Masked(), err
}

// joinProxies writes -trust-proxy 2 as -trust-proxy=2: package flag takes a flag that can
// stand alone to do so.
func joinProxies(args []string) []string {
	var joined []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if name := strings.TrimLeft(arg, "-"); name == "trust-proxy" && name != arg && i+1 < len(args) && new(proxies).Set(args[i+1]) == nil {
			i++
			arg += "=" + args[i]
		}
		joined = append(joined, arg)
	}
	return joined
}
