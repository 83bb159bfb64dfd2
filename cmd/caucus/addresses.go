package main

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// announced returns where people on this machine, and in the networks around it, can
// open the server that listens on ln.
func (c *config) announced(ln net.Addr) []string {
	interfaces, _ := net.InterfaceAddrs() // without them, this machine is left
	urls := addresses(c.encryption.scheme(), ln, interfaces, outward())
	if listen, err := netip.ParseAddrPort(ln.String()); err == nil && len(c.encryption.domains) > 0 {
		urls = nil // its certificates are for the domains alone
		for _, domain := range c.encryption.domains {
			urls = append(urls, address(c.encryption.scheme(), domain, listen.Port()))
		}
	}
	for i := range urls {
		urls[i] += c.base()
	}
	return urls
}

// around returns where others in the networks around can open it.
func (c *config) around(ln net.Addr) []string {
	var urls []string
	for _, u := range c.announced(ln) {
		parsed, err := url.Parse(u)
		if err != nil {
			continue
		}
		if a, err := netip.ParseAddr(parsed.Hostname()); err == nil && !a.IsLoopback() {
			urls = append(urls, u+"/")
		}
	}
	return urls
}

// base is the path that everything is served under, without a slash at its end.
func (c *config) base() string {
	base := c.basePath
	if public, err := url.Parse(c.publicURL); err == nil && base == "" {
		base = public.EscapedPath()
	}
	return strings.TrimSuffix(base, "/")
}

// outward returns the address from which this machine reaches others, which is the one
// that a phone most likely reaches too. Nothing is sent: a UDP socket only picks a route.
func outward() netip.Addr {
	conn, err := net.DialUDP("udp4", nil, &net.UDPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 9}) // of no machine: RFC 5737
	if err != nil {
		return netip.Addr{}
	}
	defer conn.Close()
	local, err := netip.ParseAddrPort(conn.LocalAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return local.Addr()
}

// addresses returns where people can open the server that listens on ln: this
// machine first, then, if it listens on all of them, its addresses in the
// networks around it, of which outward is the first. A listener on one address has
// only that.
func addresses(scheme string, ln net.Addr, interfaces []net.Addr, outward netip.Addr) []string {
	listen, err := netip.ParseAddrPort(ln.String())
	if err != nil {
		return nil
	}
	url := func(host string) string { return address(scheme, host, listen.Port()) }
	if a := listen.Addr(); !a.IsUnspecified() {
		return []string{url(a.Unmap().String())}
	}
	urls := []string{url("localhost")}
	around := reachable(interfaces)
	if i := slices.Index(around, outward); i > 0 {
		around = slices.Insert(slices.Delete(around, i, i+1), 0, outward)
	}
	for _, a := range around {
		urls = append(urls, url(a.String()))
	}
	return urls
}

// address returns the URL of a host, without the port that its scheme implies.
func address(scheme, host string, port uint16) string {
	hostPort := net.JoinHostPort(host, strconv.Itoa(int(port)))
	if port == map[string]uint16{"http": 80, "https": 443}[scheme] {
		hostPort = hostPort[:strings.LastIndexByte(hostPort, ':')]
	}
	return scheme + "://" + hostPort
}

// reachable returns the addresses that a phone in the same network can type:
// those of IPv4, or, without any, those of IPv6.
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
