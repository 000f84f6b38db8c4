package timeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"croft/social"
)

// ReplyDraft is what a reply to a post begins with: everybody who takes part is
// named, and the warning, the language and the visibility are taken over. The
// second result says in words who will get it.
func (t *Timeline) ReplyDraft(ctx context.Context, id social.ID) (social.Draft, string, error) {
	parent, err := findLiving(ctx, t.store.Reader, id)
	if err != nil {
		return social.Draft{}, "", fmt.Errorf("reply to %s: %w", id, err)
	}
	names := t.participants(parent)
	d := social.Draft{
		Text: strings.Join(names, " "), Warning: parent.Warning, Sensitive: parent.Sensitive,
		Language: parent.Language, Visibility: parent.Visibility, InReplyToID: id,
	}
	if d.Text != "" {
		d.Text += " "
	}
	return d, Reach(d.Visibility, names), nil
}

// participants are the handles of a post's author and of whom it names, without
// the owner.
func (t *Timeline) participants(p *social.Post) []string {
	var names []string
	add := func(handle string) {
		if handle != "" && handle != t.site.Handle().String() && !slices.Contains(names, handle) {
			names = append(names, handle)
		}
	}
	if p.Author != nil && !p.Local {
		add(p.Author.Handle.String())
	}
	for _, m := range p.Mentions {
		if h, err := social.ParseHandle(m.Handle); err == nil && m.URI != t.site.Actor() {
			add(h.String())
		}
	}
	return names
}

// Reach says in words who will get a post of the given visibility that names
// these people.
func Reach(v social.Visibility, names []string) string {
	people := strings.Join(names, ", ")
	switch {
	case v == social.Public:
		return "Everybody can read it."
	case v == social.Unlisted:
		return "Everybody can read it, but it stays out of public lists."
	case v == social.Followers && people == "":
		return "Your followers will get it."
	case v == social.Followers:
		return "Your followers will get it, and " + people + "."
	case people == "":
		return "Nobody gets it until you name somebody, like @name@example.org."
	default:
		return "Only " + people + " will get it."
	}
}
