package mastodon

import (
	"context"
	"errors"
	"io"
	"strings"

	"croft/social"
	"croft/timeline"
)

// maxCredentials is two pictures and the words.
const maxCredentials = 2*(16<<20) + 1<<20

// patchCredentials changes what the owner says of themself, and how a new post
// begins. What a call does not name stays as it is. All of it is looked at
// before any of it is changed.
func (a *API) patchCredentials(c *Call) (Answer, error) {
	home, err := a.store.FindHome(c.Context)
	if err != nil {
		return Answer{}, err
	}
	profile, preferences := home.Profile, home.Preferences
	if err := c.readProfile(&profile); err != nil {
		return Answer{}, err
	}
	preferred, err := c.readPreferences(&preferences)
	if err == nil {
		err = timeline.CheckPreferences(preferences)
	}
	if err != nil {
		return Answer{}, err
	}
	pictures, err := a.readPictures(c)
	if err != nil {
		return Answer{}, err
	}
	if err := a.timeline.SetProfile(c.Context, profile, pictures); err != nil {
		return Answer{}, err
	}
	if preferred {
		if err := a.timeline.SetPreferences(c.Context, preferences); err != nil {
			return Answer{}, err
		}
	}
	return a.getVerifyCredentials(c)
}

func (c *Call) readProfile(p *social.Profile) error {
	if c.Form.Has("display_name") {
		p.Name = c.Form.Get("display_name")
	}
	if c.Form.Has("note") {
		p.Bio = social.Lines(c.Form.Get("note"))
	}
	p.Locked = c.isTrue("locked", p.Locked)
	p.Discoverable, p.Indexable = c.isTrue("discoverable", p.Discoverable), c.isTrue("indexable", p.Indexable)
	if c.Form.Has("attribution_domains") || c.Form.Has("attribution_domains[]") {
		p.Websites = c.list("attribution_domains")
	}
	p.ShowCircle = !c.isTrue("hide_collections", !p.ShowCircle)
	return c.readFields(p)
}

// readFields reads the lines of the profile, if there are any in the call: then
// they are all there are.
func (c *Call) readFields(p *social.Profile) error {
	var lines []social.ProfileField
	named := false
	for name := range c.Form {
		named = named || strings.HasPrefix(name, "fields_attributes")
	}
	if !named {
		return nil
	}
	entries, err := c.entriesOf("fields_attributes", "name", "value")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if line := (social.ProfileField{Name: strings.TrimSpace(e["name"]), Value: strings.TrimSpace(e["value"])}); line != (social.ProfileField{}) {
			lines = append(lines, line)
		}
	}
	p.Fields = lines
	return nil
}

// readPreferences reads what a new post begins with, and reports whether the
// call says anything of it. A post that is sensitive by itself is none of the
// home's preferences.
func (c *Call) readPreferences(p *social.Preferences) (said bool, err error) {
	if text := c.Form.Get("source[privacy]"); text != "" {
		if p.Visibility, err = visibilityOf(text); err != nil {
			return false, err
		}
		said = true
	}
	if c.Form.Has("source[language]") {
		if p.Language, err = languageOf(c.Form.Get("source[language]")); err != nil {
			return false, err
		}
		said = true
	}
	if c.Form.Get("source[quote_policy]") != "" {
		if p.MayQuote, err = c.mayQuoteOf("source[quote_policy]", ""); err != nil {
			return false, err
		}
		said = true
	}
	return said, nil
}

// readPictures reads avatar and header: a new file, another description, or
// nothing of it.
func (a *API) readPictures(c *Call) (timeline.Pictures, error) {
	var pictures timeline.Pictures
	me, err := a.store.FindActor(c.Context, a.node.OwnerID())
	if err != nil {
		return pictures, err
	}
	if pictures.Avatar, err = c.picture("avatar", me.Avatar, a.timeline.SaveAvatar); err != nil {
		return pictures, err
	}
	pictures.Header, err = c.picture("header", me.Header, a.timeline.SaveHeader)
	return pictures, err
}

func (c *Call) picture(field string, old social.Image, save func(context.Context, io.Reader) (social.Image, error)) (*social.Image, error) {
	f, err := c.File(field)
	if err != nil {
		return nil, err
	}
	picture := old
	if f != nil {
		picture, err = save(c.Context, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	} else if c.Form.Get(field) != "" {
		return nil, social.InvalidField(field, "A picture must be sent as a file.")
	}
	name := field + "_description"
	if f == nil && !c.Form.Has(name) || picture.IsZero() {
		return nil, nil
	}
	if c.Form.Has(name) {
		picture.Alt = strings.TrimSpace(c.Form.Get(name))
	}
	return &picture, nil
}

// dropPicture takes avatar or header away.
func (a *API) dropPicture(pictures timeline.Pictures) func(*Call) (Answer, error) {
	return func(c *Call) (Answer, error) {
		home, err := a.store.FindHome(c.Context)
		if err != nil {
			return Answer{}, err
		}
		if err := a.timeline.SetProfile(c.Context, home.Profile, pictures); err != nil {
			return Answer{}, err
		}
		return a.getVerifyCredentials(c)
	}
}

// profileActs are the calls of this file.
func (a *API) profileActs() []Route {
	return []Route{
		{patch, "/api/v1/accounts/update_credentials", "write:accounts", maxCredentials, a.patchCredentials},
		{del, "/api/v1/profile/avatar", "write:accounts", 0, a.dropPicture(timeline.Pictures{Avatar: &social.Image{}})},
		{del, "/api/v1/profile/header", "write:accounts", 0, a.dropPicture(timeline.Pictures{Header: &social.Image{}})},
	}
}
