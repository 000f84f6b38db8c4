package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"croft/server/oauth"
	"croft/social"
	"croft/store"
)

const (
	sessionLife   = 30 * 24 * time.Hour // without a visit
	sessionRotate = 24 * time.Hour      // a token is replaced by a new one after this
	sessionTouch  = 10 * time.Minute    // how exactly the last visit is known
	sessionGrace  = time.Minute         // a replaced token still opens: requests may be under way
	sessionKey    = "session"
)

// door knows who is the owner: the cookie of a sign-in, and how often one may
// try.
type door struct {
	sessions store.Sessions
	secure   bool   // the origin is https
	cookies  string // how the names of our cookies begin
	now      func() time.Time
	tries    *rates        // by address
	allTries *rate.Limiter // by all strangers together; nil never refuses
	hashing  chan struct{} // a place for each password that is looked at now
}

// strangersTries is how often in an hour all may try together from where the owner is
// not signed in: many machines guess no faster than one.
const strangersTries = 25

// hashers is how many passwords are looked at at once: each takes 19 MiB, and
// many together must not take the machine's memory.
const hashers = 2

func newDoor(sessions store.Sessions, origin string, now func() time.Time, limited bool) *door {
	d := &door{
		sessions: sessions, secure: strings.HasPrefix(origin, "https://"), cookies: cookiesOf(origin), now: now,
		tries: newRates(1.0/30, 10, limited), hashing: make(chan struct{}, hashers),
	}
	if limited {
		d.allTries = rate.NewLimiter(rate.Every(time.Hour/strangersTries), strangersTries)
	}
	return d
}

// cookiesOf is how the names of a home's cookies begin. Over https the prefix
// binds them to this very host. Homes on one machine that are tried out differ by
// their ports only, for which browsers care nothing: there the name has it.
func cookiesOf(origin string) string {
	if strings.HasPrefix(origin, "https://") {
		return "__Host-croft"
	}
	if _, port, err := net.SplitHostPort(social.HostOf(origin)); err == nil {
		return "croft-" + port
	}
	return "croft"
}

// cookieName is the name of a cookie of ours.
func (d *door) cookieName(part string) string {
	if part == "" {
		return d.cookies
	}
	return d.cookies + "-" + part
}

// hasCookie reports whether a request carries a sign-in, good or not.
func (d *door) hasCookie(req *http.Request) bool {
	_, err := req.Cookie(d.cookieName(""))
	return err == nil
}

// visit is what is kept of a sign-in.
type visit struct {
	Where   string    `json:"where"` // browser and machine, as it says
	From    string    `json:"from"`  // the address that it came from last
	Seen    time.Time `json:"seen"`
	Began   time.Time `json:"began"`   // signed in
	Rotated time.Time `json:"rotated"` // the token was made
	Heir    string    `json:"heir"`    // the hash of the token that has taken its place, if one has
}

// open signs the owner in.
func (d *door) open(c echo.Context, began time.Time) error {
	token, now := oauth.NewSecret(), d.now()
	one, err := sessionOf(oauth.Hash(token), d.newVisit(c, began), now.Add(sessionLife))
	if err != nil {
		return err
	}
	if err := d.sessions.PutSession(c.Request().Context(), one); err != nil {
		return err
	}
	c.SetCookie(d.cookie(token, int(sessionLife.Seconds())))
	return nil
}

func (d *door) newVisit(c echo.Context, began time.Time) visit {
	now := d.now()
	return visit{Where: agentName(c.Request().UserAgent()), From: c.RealIP(), Seen: now, Began: began, Rotated: now}
}

func (d *door) cookie(token string, age int) *http.Cookie {
	return &http.Cookie{
		Name: d.cookieName(""), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: d.secure, SameSite: http.SameSiteLaxMode,
	}
}

// sessionOf is a visit as the store has it.
func sessionOf(hash string, v visit, until time.Time) (store.Session, error) {
	data, err := json.Marshal(v)
	return store.Session{Token: hash, Data: data, CreatedAt: v.Began, ExpiresAt: until}, err
}

// find is the sign-in of a token. One that was replaced opens no longer than the
// one in its place.
func (d *door) find(ctx context.Context, hash string) (v visit, err error) {
	found, err := d.sessions.FindSession(ctx, hash)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(found.Data, &v); err != nil {
		return v, err
	}
	if v.Heir != "" {
		_, err = d.sessions.FindSession(ctx, v.Heir)
	}
	return v, err
}

// session finds out whether it is the owner who asks, and renews the sign-in.
func (s *Server) session(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		cookie, err := c.Request().Cookie(s.door.cookieName(""))
		if err != nil {
			return next(c)
		}
		hash := oauth.Hash(cookie.Value)
		v, err := s.door.find(c.Request().Context(), hash)
		if err == nil {
			err = s.door.renew(c, hash, v)
		}
		if errors.Is(err, social.ErrNotFound) {
			return next(c)
		}
		if err != nil {
			return err
		}
		c.Set(sessionKey, hash)
		return next(c)
	}
}

// renew notes the visit, and replaces the token once it is a day old. What was
// signed out meanwhile stays so: that is ErrNotFound.
func (d *door) renew(c echo.Context, hash string, v visit) error {
	ctx, now := c.Request().Context(), d.now()
	if v.Heir != "" || now.Sub(v.Seen) < sessionTouch {
		return nil
	}
	if now.Sub(v.Rotated) < sessionRotate || c.Request().Method != http.MethodGet {
		v.Seen, v.Where, v.From = now, agentName(c.Request().UserAgent()), c.RealIP()
		one, err := sessionOf(hash, v, now.Add(sessionLife))
		if err != nil {
			return err
		}
		return d.sessions.RenewSession(ctx, one, nil)
	}
	token := oauth.NewSecret()
	heir, err := sessionOf(oauth.Hash(token), d.newVisit(c, v.Began), now.Add(sessionLife))
	if err != nil {
		return err
	}
	v.Heir = heir.Token
	one, err := sessionOf(hash, v, now.Add(sessionGrace))
	if err != nil {
		return err
	}
	if err := d.sessions.RenewSession(ctx, one, &heir); err != nil {
		return err
	}
	c.SetCookie(d.cookie(token, int(sessionLife.Seconds())))
	return nil
}

// signedIn reports whether the owner asks.
func (s *Server) signedIn(c echo.Context) bool { return c.Get(sessionKey) != nil }

// viewer is who looks at a page: the owner or anybody.
func (s *Server) viewer(c echo.Context) social.Viewer { return social.Viewer{Owner: s.signedIn(c)} }
