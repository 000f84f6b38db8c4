package remote

import (
	"testing"

	"croft/social"
)

// FuzzCheck holds that what the guard lets through is one thing only, and that
// looking at it again changes nothing.
func FuzzCheck(f *testing.F) {
	for _, address := range oddAddresses {
		f.Add(address)
	}
	f.Add("https://good.test/ü?ö#x")
	g := newGuard(Options{Origin: "https://me.test"})
	f.Fuzz(func(t *testing.T, address string) {
		u, err := g.check(address)
		if err != nil {
			return
		}
		again, err := g.check(u.String())
		if err != nil || again.String() != u.String() {
			t.Errorf("check(%q) = %s, and of that %v, %v", address, u, again, err)
		}
		if !social.SameOrigin(address, u.String()) || u.Scheme != "https" || u.Port() != "" || u.User != nil {
			t.Errorf("check(%q) = %s", address, u)
		}
		for _, b := range []byte(u.RequestURI() + u.Host) {
			if b <= ' ' || b >= 0x7f {
				t.Errorf("check(%q): byte %#x in %s", address, b, u)
			}
		}
	})
}

// FuzzJRD holds that no WebFinger answer does harm.
func FuzzJRD(f *testing.F) {
	f.Add([]byte(card("acct:ana@good.test", "https://good.test/ana")))
	f.Add([]byte(`{"links":[{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"https://good.test/?{uri}"}]}`))
	g := newGuard(Options{Origin: "https://me.test"})
	f.Fuzz(func(t *testing.T, data []byte) {
		j, err := decodeJRD(data)
		if err != nil {
			return
		}
		if actor, err := j.actor(); err == nil && actor == "" {
			t.Errorf("%q: an actor without an address", data)
		}
		j.handle(social.Handle{Name: "ana", Host: "good.test"})
		if template := j.subscribe(g); template != "" && !g.mayLeadTo(template) {
			t.Errorf("%q leads to %s", data, template)
		}
	})
}
