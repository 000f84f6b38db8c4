package server

import (
	"context"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"croft/config"
	"croft/social"
	"croft/static"
	"croft/store"
	"croft/templates"
	"croft/timeline"
)

// SetupOptions are what the set-up page stands on.
type SetupOptions struct {
	Config config.Config
	Code   string // what proves that whoever asks started the program

	// Create makes the home and opens it; what is wrong is ErrInvalid with its
	// field. It returns the handle by which the owner is signed in at once.
	Create func(ctx context.Context, h timeline.NewHome) (store.Sessions, error)

	// Certificate, where it is set, is this page's only task: to fetch the
	// certificate of an origin, so that set-up goes on by https. Handle and
	// password are not asked for by plain http.
	Certificate func(ctx context.Context, origin string) error

	Log *slog.Logger // where our own faults are told; nil means slog.Default
}

// setup is the page that anybody sees before there is a home.
type setup struct {
	SetupOptions
	files   *static.Files
	tries   *rates
	origins *http.CrossOriginProtection
}

// NewSetup makes the handler of the set-up page.
func NewSetup(o SetupOptions) http.Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &setup{SetupOptions: o, files: static.New(), tries: newRates(0.2, 10, true), origins: http.NewCrossOriginProtection()}
	e := newEcho(o.Config)
	e.HTTPErrorHandler = s.errorHandler
	e.Use(recovered, s.headers)
	read := []string{get, http.MethodHead}
	e.Match(read, templates.PathSetup, s.get)
	e.POST(templates.PathSetup, s.post, bodyOf(route{}))
	e.Match(read, static.Prefix+":name", s.getStatic)
	e.Match(read, "/livez", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.Match(read, "/readyz", func(c echo.Context) error {
		return c.String(http.StatusServiceUnavailable, "There is no home yet.\n")
	})
	e.RouteNotFound("/*", func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, templates.PathSetup) })
	return e
}

func (s *setup) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		setHeaders(c.Response().Header(), false)
		c.Response().Header().Set("Cache-Control", noStore)
		return next(c)
	}
}

func (s *setup) getStatic(c echo.Context) error { return sendStatic(c, s.files) }

func (s *setup) errorHandler(err error, c echo.Context) {
	status := statusOf(err, true)
	if status == http.StatusInternalServerError {
		s.Log.Error("set-up failed", "method", c.Request().Method, "path", c.Request().URL.Path, "error", err)
	}
	page := templates.TroublePage{Page: s.page(c), Status: status}
	for _, p := range social.Problems(err) {
		page.Text = p.Text
	}
	setRetryAfter(c.Response().Header(), status, err)
	_ = renderTo(c, status, templates.Trouble(page), page.Assets.CSS) // whoever asked is gone if it fails
}

func (s *setup) page(c echo.Context) templates.Page {
	return templates.Page{Title: "Set up your home", Assets: assetsOf(s.files), Path: templates.PathSetup, Theme: themeOf(c.Request()), Now: time.Now()}
}

func (s *setup) get(c echo.Context) error {
	return s.show(c, http.StatusOK, templates.SetupPage{
		Code: c.QueryParam("code"), Origin: s.guessOrigin(c), Hue: "moss",
	}, nil)
}

// guessOrigin is the address by which the browser came here.
func (s *setup) guessOrigin(c echo.Context) string {
	host := c.Request().Host
	if config.IsLoopback("http://" + host) {
		return "http://" + host
	}
	return "https://" + strings.TrimSuffix(host, ":80")
}

func (s *setup) show(c echo.Context, status int, d templates.SetupPage, problems []social.Problem) error {
	d.Page = s.page(c)
	d.Problems, d.AddressOnly = problems, s.Certificate != nil
	return renderTo(c, status, templates.Setup(d), d.Assets.CSS)
}

// post makes the home, or says beside each field what to do.
func (s *setup) post(c echo.Context) error {
	if err := checkForm(c.Request(), s.origins, false); err != nil {
		return err
	}
	if err := readForm(c); err != nil {
		return err
	}
	if wait, ok := s.tries.take(c.RealIP(), time.Now()); !ok {
		return tooMany{wait}
	}
	d := templates.SetupPage{
		Code: c.FormValue("code"), Origin: strings.TrimSpace(c.FormValue("origin")), Handle: strings.TrimSpace(c.FormValue("handle")),
		Name: strings.TrimSpace(c.FormValue("name")), Hue: knownHue(c.FormValue("hue")),
	}
	made, err := s.parse(d, c.FormValue("password"), c)
	if err != nil {
		return s.refuse(c, d, err)
	}
	if s.Certificate != nil {
		if err := s.Certificate(c.Request().Context(), made.Origin); err != nil {
			return s.refuse(c, d, err)
		}
		return s.goOn(c, made.Origin, templates.PathSetup+"?code="+url.QueryEscape(d.Code))
	}
	sessions, err := s.Create(c.Request().Context(), made)
	if err != nil {
		return s.refuse(c, d, err)
	}
	if err := newDoor(sessions, made.Origin, time.Now, false).open(c, time.Now()); err != nil {
		return err
	}
	return s.goOn(c, made.Origin, templates.PathHome)
}

// goOn leads to a page of the home's own address. Where the browser came by
// another one, it is shown a link: the policy of the page lets no form lead
// elsewhere, and browsers hold a redirect against it too.
func (s *setup) goOn(c echo.Context, origin, path string) error {
	scheme := "http://"
	if isSecure(c.Request(), s.Config.Proxies()) {
		scheme = "https://"
	}
	if social.SameOrigin(scheme+c.Request().Host, origin) {
		return c.Redirect(http.StatusSeeOther, path)
	}
	return renderTo(c, http.StatusOK, templates.Waiting(templates.WaitingPage{Page: s.page(c), Origin: origin, Ready: origin + path}), s.files.Path("croft.css"))
}

func (s *setup) refuse(c echo.Context, d templates.SetupPage, err error) error {
	problems, err := formProblems(err)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusUnprocessableEntity, d, problems)
}

// parse checks everything that was typed. Nothing else is said of it where the
// code is wrong.
func (s *setup) parse(d templates.SetupPage, password string, c echo.Context) (timeline.NewHome, error) {
	typed := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(d.Code), " ", ""))
	if subtle.ConstantTimeCompare([]byte(typed), []byte(s.Code)) != 1 {
		return timeline.NewHome{}, social.InvalidField("code", "This is not the code. It stands where you started croft.")
	}
	origin, err := CheckOrigin(d.Origin)
	if err != nil || s.Certificate != nil {
		return timeline.NewHome{Origin: origin}, err
	}
	if !config.IsLoopback(origin) && !isSecure(c.Request(), s.Config.Proxies()) && !config.IsLoopback("http://"+c.Request().Host) {
		return timeline.NewHome{}, social.Invalidf("A password is not taken over an open connection. Open this page by https, or on the machine itself. If it was by https already, name your proxy under trusted_proxies in the configuration and start croft again.")
	}
	handle, errHandle := CheckHandle(d.Handle, origin)
	hash, errPassword := HashPassword(password)
	errName := CheckDisplayName(d.Name)
	if err := s.Config.CheckOrigin(origin); err != nil {
		return timeline.NewHome{}, err
	}
	return timeline.NewHome{Origin: origin, Handle: handle, Name: d.Name, Hue: d.Hue, PasswordHash: hash}, errors.Join(errHandle, errName, errPassword)
}

// CheckDisplayName reports a name that is too long to be shown, as ErrInvalid
// for the field "name".
func CheckDisplayName(name string) error {
	return social.CheckLength("name", "name", name, social.MaxName)
}

// CheckOrigin brings the address of a home into its one form. It must be https,
// or http on this very machine, and nothing may follow the host. What is wrong
// is ErrInvalid for the field "origin".
func CheckOrigin(text string) (string, error) {
	text = strings.TrimSuffix(strings.TrimSpace(text), "/")
	if text != "" && !strings.Contains(text, "://") {
		text = "https://" + text
	}
	origin, ok := social.Origin(text)
	switch {
	case !ok:
		return "", social.InvalidField("origin", "Write the address like https://ana.example.")
	case strings.ToLower(text) != origin && social.HostOf(text) != "" && strings.Count(text, "/") > 2:
		return "", social.InvalidField("origin", "Leave away what follows the name: %s.", origin)
	case strings.HasPrefix(origin, "http://") && !config.IsLoopback(origin):
		return "", social.InvalidField("origin", "The address must begin with https://. Only on this very machine, for trying things out, may it be http.")
	}
	return origin, nil
}

// CheckHandle reads the owner's handle: a name, or name@host where the host is
// another domain of theirs. What is wrong is ErrInvalid for the field "handle".
func CheckHandle(text, origin string) (social.Handle, error) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "@")
	name, host, split := strings.Cut(text, "@")
	if !split {
		host = social.HostOf(origin)
	}
	if err := timeline.CheckName(name); err != nil {
		return social.Handle{}, err
	}
	host, err := social.ParseHost(host)
	if err != nil {
		return social.Handle{}, social.InvalidField("handle", "Write it like ana, or like ana@example.com where example.com is another domain of yours.")
	}
	return social.Handle{Name: name, Host: host}, nil
}
