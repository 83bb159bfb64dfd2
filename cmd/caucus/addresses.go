package main

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
)

// addresses returns where people can open the server that listens on ln: this
// machine first, then, if it listens on all of them, its addresses in the
// networks around it. A listener on one address has only that.
func addresses(ln net.Addr, interfaces []net.Addr) []string {
	listen, err := netip.ParseAddrPort(ln.String())
	if err != nil {
		return nil
	}
	url := func(host string) string {
		return "http://" + net.JoinHostPort(host, strconv.Itoa(int(listen.Port())))
	}
	if a := listen.Addr(); !a.IsUnspecified() {
		return []string{url(a.Unmap().String())}
	}
	urls := []string{url("localhost")}
	for _, a := range reachable(interfaces) {
		urls = append(urls, url(a.String()))
	}
	return urls
}

// reachable returns the addresses that a phone in the same network can type:
// those of IPv4, or, where there are none, those of IPv6.
func reachable(interfaces []net.Addr) []netip.Addr {
	var v4, v6 []netip.Addr
	for _, i := range interfaces {
		prefix, err := netip.ParsePrefix(i.String())
		if err != nil {
			continue
		}
		switch a := prefix.Addr().Unmap(); {
		case !a.IsGlobalUnicast():
		case a.Is4():
			v4 = append(v4, a)
		default:
			v6 = append(v6, a)
		}
	}
	if len(v4) == 0 {
		v4 = v6
	}
	slices.SortFunc(v4, netip.Addr.Compare)
	return v4
}
