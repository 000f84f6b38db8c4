package timeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"croft/federation"
	"croft/federation/activity"
	"croft/markup"
	"croft/social"
	"croft/store"
)

// Pictures are the owner's avatar and header as they shall be. Nil leaves one
// as it is; an empty Image takes it away.
type Pictures struct{ Avatar, Header *social.Image }

// The boxes into which the two pictures are brought, in pixels.
const (
	avatarWidth, avatarHeight = 640, 800
	headerWidth, headerHeight = 1600, 900
)

// SaveAvatar reads a picture to be put into Pictures. What is no picture is
// ErrInvalid for the field "avatar".
func (t *Timeline) SaveAvatar(ctx context.Context, r io.Reader) (social.Image, error) {
	return t.savePicture(ctx, r, "avatar", avatarWidth, avatarHeight)
}

// SaveHeader is SaveAvatar for the header, with the field "header".
func (t *Timeline) SaveHeader(ctx context.Context, r io.Reader) (social.Image, error) {
	return t.savePicture(ctx, r, "header", headerWidth, headerHeight)
}

func (t *Timeline) savePicture(ctx context.Context, r io.Reader, field string, width, height int) (social.Image, error) {
	picture, err := t.media.SavePicture(ctx, r, width, height)
	if problems := social.Problems(err); len(problems) > 0 {
		return social.Image{}, social.InvalidField(field, "%s", problems[0].Text)
	}
	return picture, err
}

// SetProfile changes what the owner says of themself and tells the followers.
// What is too long is ErrInvalid with the fields name, bio, about, field-1 to field-8,
// avatar and header, and nothing is changed. Links of the profile are looked at
// in the background: see verify.go.
func (t *Timeline) SetProfile(ctx context.Context, p social.Profile, pictures Pictures) error {
	p.Name = strings.TrimSpace(p.Name)
	p.Websites = lowerHosts(p.Websites)
	if err := checkProfile(p, pictures); err != nil {
		return err
	}
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		owner, err := t.findOwner(ctx, tx.Reader)
		if err != nil {
			return err
		}
		owner.Name, owner.Bio = p.Name, t.renderBio(p.Bio)
		owner.Fields = mergeFields(owner.Fields, p.Fields)
		if owner.Emojis, err = emojisIn(ctx, tx.Reader, textsOf(p)...); err != nil {
			return err
		}
		owner.Websites = p.Websites
		owner.Locked, owner.Discoverable, owner.Indexable = p.Locked, p.Discoverable, p.Indexable
		owner.UpdatedAt = tx.Now.Truncate(time.Millisecond)
		setPicture(&owner.Avatar, pictures.Avatar)
		setPicture(&owner.Header, pictures.Header)
		if _, err := tx.PutActor(ctx, owner); err != nil {
			return err
		}
		if err := tx.SetProfile(ctx, p); err != nil {
			return err
		}
		if err := t.wantVerification(ctx, tx); err != nil {
			return err
		}
		return t.sendProfile(ctx, tx, owner)
	})
	if err != nil {
		return fmt.Errorf("set profile: %w", err)
	}
	return nil
}

// lowerHosts are names of websites as they are compared, each once and none empty.
func lowerHosts(hosts []string) []string {
	var kept []string
	for _, host := range hosts {
		host = strings.ToLower(strings.TrimSpace(host))
		if host != "" && !slices.Contains(kept, host) {
			kept = append(kept, host)
		}
	}
	return kept
}

// textsOf are the texts of a profile in which emoji may stand.
func textsOf(p social.Profile) []string {
	texts := []string{p.Name, p.Bio}
	for _, f := range p.Fields {
		texts = append(texts, f.Name, f.Value)
	}
	return texts
}

func setPicture(where, picture *social.Image) {
	if picture != nil {
		*where = *picture
	}
}

// renderBio renders the bio. Handles stay text: a bio is read by many before
// anybody it names could be asked.
func (t *Timeline) renderBio(bio string) social.HTML {
	return markup.Render(bio, markup.Links{Tag: t.site.Tag})
}

func (t *Timeline) sendProfile(ctx context.Context, tx *store.Tx, owner *social.Actor) error {
	return t.node.Send(ctx, tx, activity.Update{
		ID: t.site.Act("updates", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: owner.URI,
		Person: t.node.OwnerDocument(owner), To: []string{social.PublicURI}, UpdatedAt: owner.UpdatedAt,
	}, federation.Audience{Followers: true})
}

// mergeFields makes the fields to show. One that stays as it was keeps its tick.
func mergeFields(old []social.Field, typed []social.ProfileField) []social.Field {
	var fields []social.Field
	for _, one := range typed {
		field := social.Field{Name: one.Name, Value: markup.FieldHTML(one.Value), Source: one.Value}
		for _, before := range old {
			if before.Source == one.Value {
				field.VerifiedAt = before.VerifiedAt
			}
		}
		fields = append(fields, field)
	}
	return fields
}

func checkProfile(p social.Profile, pictures Pictures) error {
	errs := []error{
		social.CheckLength("name", "name", p.Name, social.MaxName),
		social.CheckLength("bio", "text about you", p.Bio, social.MaxBio),
		social.CheckLength("about", "page about you", p.About, social.MaxAbout),
	}
	if len(p.Fields) > social.MaxFields {
		errs = append(errs, social.Invalidf("At most %d fields: take %d away.", social.MaxFields, len(p.Fields)-social.MaxFields))
	}
	for i, f := range p.Fields {
		where := fmt.Sprintf("field-%d", i+1)
		errs = append(errs, social.CheckLength(where, "label", f.Name, social.MaxField), social.CheckLength(where, "content", f.Value, social.MaxField))
		if strings.TrimSpace(f.Name) == "" || strings.TrimSpace(f.Value) == "" {
			errs = append(errs, social.InvalidField(where, "A field needs a label and a content. Empty both to take it away."))
		}
	}
	if len(p.Websites) > social.MaxWebsites {
		errs = append(errs, social.InvalidField("websites", "At most %d websites.", social.MaxWebsites))
	}
	for _, host := range p.Websites {
		if u, err := url.Parse("https://" + host); err != nil || u.Host != host || !strings.Contains(host, ".") {
			errs = append(errs, social.InvalidField("websites", "%.60s is no website. Write names such as example.org, one on each line.", host))
		}
	}
	if pictures.Avatar != nil {
		errs = append(errs, social.CheckLength("avatar", "description", pictures.Avatar.Alt, social.MaxAlt))
	}
	if pictures.Header != nil {
		errs = append(errs, social.CheckLength("header", "description", pictures.Header.Alt, social.MaxAlt))
	}
	return errors.Join(errs...)
}
