package federation

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"croft/social"
)

// How often strangers may make us fetch a key that then proves nothing, and how
// long we remember that it does.
const (
	limitWindow   = time.Minute
	limitFetches  = 10 // in vain, a window and registrable domain
	ticketFetches = 4  // for one key, with redirects, second knocks and its owner
	limitWait     = 10 * time.Second
	failureTime   = time.Minute // then the same key may be asked for again: it may be a new one
	limitRows     = 4096
)

var errKeyLimit = fmt.Errorf("too many keys of this domain proved nothing: %w", social.ErrUnavailable)

// keyLimits bounds the requests for keys: ten in vain a minute and registrable
// domain, one fetch of the same key at a time, and none of a key that failed a
// moment ago. What led to a good signature does not count.
type keyLimits struct {
	now func() time.Time

	mu      sync.Mutex
	domains map[string]*domainLimit
	failed  map[string]keyFailure
	flights map[string]chan struct{} // closed when the fetch of that key has ended
}

type domainLimit struct {
	wasted  []time.Time   // when requests went out in vain
	granted int           // to fetches whose outcome is not known yet
	changed chan struct{} // closed when that of one becomes known
}

type keyFailure struct {
	until time.Time
	err   error
}

// keyTicket is the permission to fetch one key with so many requests. It is
// settled once it is known whether the key proved anything, and left once what
// was fetched has been stored or thrown away.
type keyTicket struct {
	limits  *keyLimits
	keyID   string
	domain  string
	granted int
}

func newKeyLimits(now func() time.Time) *keyLimits {
	return &keyLimits{
		now: now, domains: map[string]*domainLimit{}, failed: map[string]keyFailure{}, flights: map[string]chan struct{}{},
	}
}

// enter asks to fetch a key. A nil ticket without an error means that another
// fetch of the same key has just ended: look again whether it is here now. It
// waits while the outcome of other fetches decides.
func (l *keyLimits) enter(ctx context.Context, keyID string) (*keyTicket, error) {
	ctx, cancel := context.WithTimeout(ctx, limitWait)
	defer cancel()
	domain := registrable(social.HostOf(keyID))
	for {
		ticket, wait, again, err := l.try(keyID, domain)
		if err != nil || ticket != nil {
			return ticket, err
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for keys of %s: %w", domain, social.ErrUnavailable)
		}
		if again {
			return nil, nil
		}
	}
}

func (l *keyLimits) try(keyID, domain string) (ticket *keyTicket, wait <-chan struct{}, again bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if flight, ok := l.flights[keyID]; ok {
		return nil, flight, true, nil
	}
	if known, ok := l.failed[keyID]; ok && now.Before(known.until) {
		return nil, nil, false, known.err
	}
	d := l.domain(domain, now)
	if d == nil || len(d.wasted) >= limitFetches {
		return nil, nil, false, errKeyLimit
	}
	granted := min(ticketFetches, limitFetches-len(d.wasted)-d.granted)
	if granted <= 0 {
		return nil, d.changed, false, nil
	}
	d.granted += granted
	l.flights[keyID] = make(chan struct{})
	return &keyTicket{l, keyID, domain, granted}, nil, false, nil
}

// domain returns the row of a domain without what has grown old; nil if there
// is no room for another.
func (l *keyLimits) domain(name string, now time.Time) *domainLimit {
	d, ok := l.domains[name]
	if !ok {
		if len(l.domains) >= limitRows && !l.sweep(now) {
			return nil
		}
		d = &domainLimit{changed: make(chan struct{})}
		l.domains[name] = d
	}
	d.age(now)
	return d
}

func (d *domainLimit) age(now time.Time) {
	for len(d.wasted) > 0 && now.Sub(d.wasted[0]) >= limitWindow {
		d.wasted = d.wasted[1:]
	}
}

// sweep makes room, and reports whether there is some.
func (l *keyLimits) sweep(now time.Time) bool {
	for name, d := range l.domains {
		if d.age(now); len(d.wasted) == 0 && d.granted == 0 {
			delete(l.domains, name)
		}
	}
	return len(l.domains) < limitRows
}

// settle says what came of the fetch, which took so many requests. With an error
// they count against the domain, and the key is not fetched again for a while.
func (t *keyTicket) settle(spent int, err error) {
	if t == nil {
		return
	}
	l := t.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.domains[t.domain]
	d.granted -= t.granted
	if err != nil {
		now := l.now()
		for range spent {
			d.wasted = append(d.wasted, now)
		}
		l.remember(t.keyID, err, now)
	}
	close(d.changed)
	d.changed = make(chan struct{})
}

// leave lets others ask for the same key.
func (t *keyTicket) leave() {
	if t == nil {
		return
	}
	l := t.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.flights[t.keyID])
	delete(l.flights, t.keyID)
}

func (l *keyLimits) remember(keyID string, err error, now time.Time) {
	if len(l.failed) >= limitRows {
		for id, f := range l.failed {
			if !now.Before(f.until) {
				delete(l.failed, id)
			}
		}
		if len(l.failed) >= limitRows {
			clear(l.failed)
		}
	}
	l.failed[keyID] = keyFailure{now.Add(failureTime), err}
}

// registrable is the part of a host that somebody registered. For a bare
// address it is the address with its port.
func registrable(host string) string {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return host
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return host
	}
	return domain
}
