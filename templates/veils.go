package templates

import "croft/social"

// veil is a cover over what a reader may not want to see at once.
type veil struct {
	Label string
	Open  bool // lifted already, as the owner likes it
}

// filter is the title of a filter that does this to the post on this page; empty
// if none does.
func (v *PostView) filter(p *Page, action social.FilterAction) string {
	for _, m := range v.Filters {
		if m.Filter.Action == action && m.Filter.In(p.Reads, p.Now) {
			return m.Filter.Title
		}
	}
	return ""
}

// mediaVeil is the cover over a post's pictures; nil if there is none. A warning
// covers sensitive pictures too, until it stands open by itself. What the owner
// chose is for what others post.
func (v *PostView) mediaVeil(p *Page) *veil {
	if title := v.filter(p, social.FilterBlur); title != "" {
		return &veil{Label: "Filtered: " + title}
	}
	sensitive := v.Post.Sensitive && (v.Post.Warning == "" || p.Preferences.OpenWarnings)
	switch chosen := p.Preferences.Media; {
	case v.Mine && sensitive, sensitive && chosen != social.MediaAll:
		return &veil{Label: "Pictures that may disturb"}
	case sensitive:
		return &veil{Label: "Pictures that may disturb", Open: true}
	case !v.Mine && chosen == social.MediaNone && len(v.pictures()) > 0:
		return &veil{Label: Plural(len(v.pictures()), "picture", "pictures")}
	default:
		return nil
	}
}
