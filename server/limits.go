package server

import (
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"
)

// maxBuckets bounds how many addresses are remembered. When there are more, all
// are forgotten: an attack by so many is not stopped by counting.
const maxBuckets = 50_000

// rates says how often one address may ask. A nil *rates never refuses.
type rates struct {
	perSecond rate.Limit
	burst     int

	mu      sync.Mutex
	buckets map[netip.Addr]*rate.Limiter
}

func newRates(perSecond float64, burst int, on bool) *rates {
	if !on {
		return nil
	}
	return &rates{perSecond: rate.Limit(perSecond), burst: burst, buckets: map[netip.Addr]*rate.Limiter{}}
}

// take reports whether the address may ask now, and else when again.
func (r *rates) take(address string, now time.Time) (wait time.Duration, ok bool) {
	if r == nil {
		return 0, true
	}
	return takeFrom(r.bucket(address), now)
}

func takeFrom(l *rate.Limiter, now time.Time) (time.Duration, bool) {
	booked := l.ReserveN(now, 1)
	if wait := booked.DelayFrom(now); wait > 0 {
		booked.CancelAt(now)
		return wait, false
	}
	return 0, true
}

func (r *rates) bucket(address string) *rate.Limiter {
	key := network(address)
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.buckets[key]
	if b == nil {
		if len(r.buckets) >= maxBuckets {
			clear(r.buckets)
		}
		b = rate.NewLimiter(r.perSecond, r.burst)
		r.buckets[key] = b
	}
	return b
}

// network is what one person has of the address space: an IPv4 address or a /64.
func network(address string) netip.Addr {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Addr{}
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip
	}
	prefix, _ := ip.Prefix(64) // never fails for IPv6
	return prefix.Addr()
}

// limit refuses an address that asks too often.
func (r *rates) limit(next echo.HandlerFunc) echo.HandlerFunc {
	if r == nil {
		return next
	}
	return func(c echo.Context) error {
		if wait, ok := r.take(c.RealIP(), time.Now()); !ok {
			return tooMany{wait}
		}
		return next(c)
	}
}

// limitApp is limit for apps, which are told in every answer how often they may
// still ask (the API's X-RateLimit headers).
func (r *rates) limitApp(next echo.HandlerFunc) echo.HandlerFunc {
	if r == nil {
		return next
	}
	return func(c echo.Context) error {
		now, bucket := time.Now(), r.bucket(c.RealIP())
		wait, ok := takeFrom(bucket, now)
		left := max(bucket.TokensAt(now), 0)
		full := time.Duration((float64(r.burst) - left) / float64(r.perSecond) * float64(time.Second))
		told := c.Response().Header()
		told.Set("X-RateLimit-Limit", strconv.Itoa(r.burst))
		told.Set("X-RateLimit-Remaining", strconv.Itoa(int(left)))
		told.Set("X-RateLimit-Reset", now.Add(full).UTC().Format("2006-01-02T15:04:05.000000Z"))
		if !ok {
			return tooMany{wait}
		}
		return next(c)
	}
}

// tooMany is the refusal of somebody who asks too often.
type tooMany struct{ wait time.Duration }

func (e tooMany) Error() string { return "asked too often; again in " + e.wait.String() }

// seconds is what Retry-After says.
func (e tooMany) seconds() string { return strconv.Itoa(int(math.Ceil(e.wait.Seconds()))) }
