package server

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
	"croft/timeline"
)

func (s *Server) getSettings(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, templates.PathProfileForm)
}

func (s *Server) getProfileForm(c echo.Context) error {
	home, err := s.store.FindHome(c.Request().Context())
	if err != nil {
		return err
	}
	return s.showProfileForm(c, http.StatusOK, profileForm{Profile: home.Profile}, nil)
}

// profileForm is what the form shows: the profile, and the descriptions of the
// pictures as they were typed, or nil for those that stand.
type profileForm struct {
	social.Profile
	avatarAlt, headerAlt *string
}

func (s *Server) showProfileForm(c echo.Context, status int, p profileForm, problems []social.Problem) error {
	page, err := s.page(c, "Profile", templates.RoomMore)
	if err != nil {
		return err
	}
	me, err := s.store.FindActor(c.Request().Context(), s.node.OwnerID())
	if err != nil {
		return err
	}
	page.Problems = problems
	d := templates.ProfileFormPage{
		Page: page, Profile: p.Profile, AvatarAlt: typedOr(p.avatarAlt, me.Avatar.Alt), HeaderAlt: typedOr(p.headerAlt, me.Header.Alt),
		HasAvatar: !me.Avatar.IsZero(), HasHeader: !me.Header.IsZero(), Verified: map[string]bool{},
	}
	for _, f := range me.Fields {
		d.Verified[f.Source] = !f.VerifiedAt.IsZero()
	}
	return s.show(c, status, templates.ProfileForm(d))
}

func (s *Server) postProfileForm(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	p := parseProfile(c)
	pictures, err := s.takePictures(c)
	if err == nil {
		err = s.timeline.SetProfile(c.Request().Context(), p, pictures)
	}
	if err == nil {
		return s.done(c, templates.PathProfileForm, "Saved. Your followers' servers are told.")
	}
	problems, err := formProblems(err)
	if err != nil {
		return err
	}
	for i, problem := range problems {
		problems[i].Field = profileField(problem.Field)
	}
	avatarAlt, headerAlt := c.FormValue("avatar_alt"), c.FormValue("header_alt")
	return s.showProfileForm(c, http.StatusUnprocessableEntity, profileForm{p, &avatarAlt, &headerAlt}, problems)
}

// profileField is the form's name for what timeline calls field-1 to field-8: a
// line has two halves, and what is wrong is told beside the first.
func profileField(field string) string {
	if n, ok := strings.CutPrefix(field, "field-"); ok {
		return "field_name_" + n
	}
	return field
}

func typedOr(typed *string, standing string) string {
	if typed == nil {
		return standing
	}
	return *typed
}

// parseProfile reads the form. A line of which both halves are empty is none.
func parseProfile(c echo.Context) social.Profile {
	p := social.Profile{
		Name: c.FormValue("name"), Bio: social.Lines(c.FormValue("bio")), About: social.Lines(c.FormValue("about")), Hue: knownHue(c.FormValue("hue")), Locked: c.FormValue("locked") != "",
		Discoverable: c.FormValue("discoverable") != "", Indexable: c.FormValue("indexable") != "",
		ShowCircle: c.FormValue("show_circle") != "", HideCounts: c.FormValue("show_counts") == "", HideBoosts: c.FormValue("show_boosts") == "", Websites: strings.Fields(c.FormValue("websites")),
	}
	for n := 1; n <= social.MaxFields; n++ {
		f := social.ProfileField{
			Name:  strings.TrimSpace(c.FormValue("field_name_" + strconv.Itoa(n))),
			Value: strings.TrimSpace(c.FormValue("field_value_" + strconv.Itoa(n))),
		}
		if f != (social.ProfileField{}) {
			p.Fields = append(p.Fields, f)
		}
	}
	return p
}

// knownHue is one of the names that the stylesheet knows; empty stands for the
// ordinary one.
func knownHue(name string) string {
	if slices.Contains(templates.Hues(), name) {
		return name
	}
	return ""
}

// takePictures reads what the form says of avatar and header: a new file, a new
// description of the old one, or nothing at all any more.
func (s *Server) takePictures(c echo.Context) (timeline.Pictures, error) {
	var pictures timeline.Pictures
	me, err := s.store.FindActor(c.Request().Context(), s.node.OwnerID())
	if err != nil {
		return pictures, err
	}
	var errs []error
	pictures.Avatar, err = takePicture(c, "avatar", me.Avatar, s.timeline.SaveAvatar)
	errs = append(errs, err)
	pictures.Header, err = takePicture(c, "header", me.Header, s.timeline.SaveHeader)
	return pictures, errors.Join(append(errs, err)...)
}

func takePicture(c echo.Context, field string, old social.Image, save savePicture) (*social.Image, error) {
	if c.FormValue(field+"_drop") != "" {
		return &social.Image{}, nil
	}
	f, err := openUpload(c, field)
	if err != nil {
		return nil, err
	}
	picture := old
	if f != nil {
		defer f.Close()
		if picture, err = save(c.Request().Context(), f); err != nil {
			return nil, err
		}
	}
	if picture.IsZero() {
		return nil, nil
	}
	picture.Alt = strings.TrimSpace(c.FormValue(field + "_alt"))
	return &picture, nil
}

func (s *Server) getModeration(c echo.Context) error {
	return s.showModeration(c, http.StatusOK, "", nil)
}

func (s *Server) showModeration(c echo.Context, status int, typed string, problems []social.Problem) error {
	ctx := c.Request().Context()
	page, err := s.page(c, "Blocked and muted", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems = problems
	d := templates.ModerationPage{Page: page, Host: typed}
	blocks, err := s.store.ListBlocks(ctx)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		d.Blocked = append(d.Blocked, s.actorView(b.Actor, true))
	}
	mutes, err := s.store.ListMutes(ctx)
	if err != nil {
		return err
	}
	for _, m := range mutes {
		d.Muted = append(d.Muted, s.actorView(m.Actor, true))
	}
	hosts, err := s.store.ListHostBlocks(ctx)
	if err != nil {
		return err
	}
	for _, h := range hosts {
		d.Hosts = append(d.Hosts, templates.BlockedHost{Host: h.Host, Since: h.CreatedAt})
	}
	return s.show(c, status, templates.Moderation(d))
}

func (s *Server) getHostBlock(c echo.Context) error {
	page, err := s.page(c, "Block a server", templates.RoomMore)
	if err != nil {
		return err
	}
	host := c.QueryParam("host")
	return s.show(c, http.StatusOK, templates.Confirm(templates.ConfirmPage{
		Page: page, Heading: "Block " + host + "?", Button: "Block this server", Action: templates.PathHostBlock,
		Text:   "Nobody there can follow you or reach you, their posts are kept out, and follows in both directions end. You can unblock the server later; follows do not come back by themselves.",
		Hidden: []templates.HiddenField{{Name: "host", Value: host}}, Next: templates.PathModeration, Back: templates.PathModeration,
	}))
}

func (s *Server) postHostBlock(c echo.Context) error {
	return s.hostAct(c, s.timeline.BlockHost)
}

func (s *Server) postHostUnblock(c echo.Context) error {
	return s.hostAct(c, s.timeline.UnblockHost)
}

func (s *Server) hostAct(c echo.Context, act hostAct) error {
	if err := readForm(c); err != nil {
		return err
	}
	err := act(c.Request().Context(), c.FormValue("host"))
	if err == nil {
		return back(c, templates.PathModeration)
	}
	problems, err := formProblems(err)
	if err != nil {
		return err
	}
	return s.showModeration(c, http.StatusUnprocessableEntity, c.FormValue("host"), problems)
}
