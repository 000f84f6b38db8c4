package server

import (
	"errors"
	"fmt"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
)

// formGuard takes forms from our own pages only (guide §10, attack WEB-10).
func (s *Server) formGuard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := checkForm(c.Request(), s.origins, s.door.hasCookie(c.Request())); err != nil {
			return err
		}
		if !s.fromHome(c.Request().Header) {
			return fmt.Errorf("form from our host by another scheme: %w", social.ErrForbidden)
		}
		return next(c)
	}
}

// fromHome holds the origin of a form against our own where the browser does not
// say itself that both are the same: net/http compares hosts only, and a page
// under our name by plain http is whoever sits between.
func (s *Server) fromHome(h http.Header) bool {
	origin := h.Get("Origin")
	return origin == "" || h.Get("Sec-Fetch-Site") != "" || social.SameOrigin(origin, s.site.Origin)
}

// checkForm is formGuard without a home, which the set-up page shares.
func checkForm(req *http.Request, origins *http.CrossOriginProtection, cookie bool) error {
	if err := origins.Check(req); err != nil {
		return fmt.Errorf("form from another site: %w: %w", err, social.ErrForbidden)
	}
	if cookie && req.Header.Get("Origin") == "" && req.Header.Get("Sec-Fetch-Site") == "" {
		return fmt.Errorf("form from nowhere with a sign-in: %w", social.ErrForbidden)
	}
	kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil && req.ContentLength == 0 {
		return nil // a button alone
	}
	if kind != "application/x-www-form-urlencoded" && kind != "multipart/form-data" {
		return fmt.Errorf("form of type %.100q: %w", kind, social.ErrForbidden)
	}
	return nil
}

// formMemory is how much of an upload is kept in memory; more goes to a
// temporary file.
const formMemory = 8 << 20

// readForm parses the form of a request. Files are removed when the request
// ends. What is too large or cut off is an error of its kind.
func readForm(c echo.Context) error {
	req := c.Request()
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	var err error
	if kind == "multipart/form-data" {
		err = req.ParseMultipartForm(formMemory)
	} else {
		err = req.ParseForm()
	}
	if err == nil {
		return nil
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return tooLarge
	}
	return fmt.Errorf("read form: %w: %w", err, social.ErrInvalid)
}

// pathID is the number in a route's address.
func pathID(c echo.Context) (social.ID, error) { return social.ParseID(c.Param("id")) }

// before is where a page of a list goes on, by the query's before; 0 is its
// beginning.
func before(c echo.Context) (social.ID, error) { return lineOf(c, "before") }

// lineOf is the line of a list that the query names; 0 if it names none.
func lineOf(c echo.Context, name string) (social.ID, error) {
	text := c.QueryParam(name)
	if text == "" {
		return 0, nil
	}
	return social.ParseID(text)
}

// back redirects to where a form came from, or to a page of its own choice.
func back(c echo.Context, otherwise string) error {
	return c.Redirect(http.StatusSeeOther, safePath(c.FormValue("next"), otherwise))
}
