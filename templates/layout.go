package templates

import "strings"

// otherTheme is what the switch of the rail turns to: dark, then light, then as
// the device.
func otherTheme(theme string) string {
	switch theme {
	case "dark":
		return "light"
	case "light":
		return "auto"
	default:
		return "dark"
	}
}

func otherThemeLabel(theme string) string {
	switch theme {
	case "dark":
		return "Light"
	case "light":
		return "Light or dark, as the device"
	default:
		return "Dark"
	}
}

func nextOf(p *Page, anchor string) string {
	path := orElse(p.Path, PathHome)
	if anchor == "" {
		return path
	}
	return path + "#" + anchor
}

// ogLocale is a language as Open Graph writes it.
func ogLocale(language string) string { return strings.ReplaceAll(language, "-", "_") }

// here is the address of the page of the profile that is shown.
func (d *ProfilePage) here() string {
	if d.WithReplies {
		return d.Rooms.Replies
	}
	return d.Rooms.Posts
}
