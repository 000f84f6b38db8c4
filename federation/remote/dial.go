package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"croft/social"
)

// maxAddresses is how many addresses of one host are tried.
const maxAddresses = 4

// dialer turns a name into a connection. It looks the name up itself, drops
// every address that the guard refuses, and has the operating system's own last
// look at the address checked once more.
type dialer struct {
	guard    guard
	resolver Resolver
	connect  func(ctx context.Context, network, address string) (net.Conn, error)
}

func newDialer(g guard, o Options) dialer {
	d := dialer{guard: g, resolver: o.Resolver, connect: o.Connect}
	if d.resolver == nil {
		d.resolver = net.DefaultResolver
	}
	if d.connect == nil {
		d.connect = (&net.Dialer{ControlContext: d.control}).DialContext
	}
	return d
}

// dial is the DialContext of the transport. Looking up and connecting are one
// step and have its time together.
func (d dialer) dial(ctx context.Context, _, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.guard.step)
	defer cancel()
	targets, err := d.lookup(ctx, address)
	if err != nil {
		return nil, err
	}
	var errs []error
	for i, target := range targets {
		conn, err := d.try(ctx, target, len(targets)-i)
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// lookup lists the allowed addresses. If every one is refused the answer is
// ErrForbidden; an address that is refused is never a fallback for another.
func (d dialer) lookup(ctx context.Context, address string) ([]netip.AddrPort, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, err
	}
	found, err := d.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	var allowed []netip.AddrPort
	for _, a := range found {
		// The resolver of package net writes IPv4 as IPv6.
		target := netip.AddrPortFrom(a.Unmap(), uint16(port))
		if d.guard.allows(target) && len(allowed) < maxAddresses {
			allowed = append(allowed, target)
		}
	}
	if len(allowed) == 0 {
		return nil, fmt.Errorf("no public address for %s: %w", host, social.ErrForbidden)
	}
	return allowed, nil
}

func (d dialer) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	found, err := d.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no address", host)
	}
	return found, nil
}

// try connects to one address, leaving a fair share of the time for the rest.
func (d dialer) try(ctx context.Context, target netip.AddrPort, left int) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.guard.step/time.Duration(left))
	defer cancel()
	return d.connect(ctx, "tcp", target.String())
}

// control is called by package net with the address that it is about to
// connect to, whatever was asked for before.
func (d dialer) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil || !d.guard.allows(target) {
		return fmt.Errorf("connect to %s: %w", address, social.ErrForbidden)
	}
	return nil
}
