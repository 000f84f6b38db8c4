package server

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
	"croft/timeline"
)

func (s *Server) getPreferences(c echo.Context) error {
	home, err := s.store.FindHome(c.Request().Context())
	if err != nil {
		return err
	}
	return s.showPreferences(c, http.StatusOK, home.Preferences, nil)
}

func (s *Server) showPreferences(c echo.Context, status int, chosen social.Preferences, problems []social.Problem) error {
	page, err := s.page(c, "Preferences", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems = problems
	_, told, err := s.thisDevice(c)
	if err != nil {
		return err
	}
	return s.show(c, status, templates.Preferences(templates.PreferencesPage{
		Page: page, Chosen: chosen, Machine: s.now().In(time.Local).Format("MST"), PushKey: s.timeline.PushKey(), Told: told,
	}))
}

func (s *Server) postPreferences(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	home, err := s.store.FindHome(c.Request().Context())
	if err != nil {
		return err
	}
	p, err := parsePreferences(c)
	p.NoShortcuts, p.Notices = home.Preferences.NoShortcuts, home.Preferences.Notices // other pages have them
	if err = errors.Join(err, timeline.CheckPreferences(p)); err == nil {
		err = s.timeline.SetPreferences(c.Request().Context(), p)
	}
	if err == nil {
		s.still.Store(p.Still)
		return s.done(c, templates.PathPreferences, "Your preferences are saved.")
	}
	problems, err := formProblems(err)
	if err != nil {
		return err
	}
	return s.showPreferences(c, http.StatusUnprocessableEntity, p, problems)
}

// parsePreferences reads the form. A clock or a language that there is not is
// ErrInvalid with its field; the rest is timeline's to look at.
func parsePreferences(c echo.Context) (social.Preferences, error) {
	p := social.Preferences{
		OpenWarnings: c.FormValue("open_warnings") != "", Media: social.MediaShown(c.FormValue("media")), Still: c.FormValue("still") != "",
		Boosts: social.BoostsShown(c.FormValue("boosts")), AllReplies: c.FormValue("all_replies") != "",
		Visibility: social.Visibility(c.FormValue("visibility")), Language: c.FormValue("language"),
		MayReply: social.MayReply(c.FormValue("may_reply")), MayQuote: social.MayQuote(c.FormValue("may_quote")),
		TimeZone: c.FormValue("time_zone"), TwelveHours: c.FormValue("clock") == "12",
	}
	var errs []error
	if clock := c.FormValue("clock"); clock != "" && clock != "12" && clock != "24" {
		errs = append(errs, social.InvalidField("clock", "Choose one of the two clocks."))
	}
	if !social.ValidLanguage(p.Language) {
		p.Language = ""
		errs = append(errs, social.InvalidField("language", "Choose one of the languages, or that of the last post."))
	}
	return p, errors.Join(errs...)
}
