package templates

import (
	"strconv"
	"strings"
	"time"
)

// Count writes a number with a comma every three digits.
func Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Plural writes a count with its noun: 1 post, 2 posts.
func Plural(n int, one, many string) string {
	return Count(n) + " " + noun(n, one, many)
}

func noun(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// When says how long ago t was, as briefly as a stream needs: 6 min, 2 h,
// yesterday, 4 Nov, 12 Aug 2025. Days are those of now's time zone.
func When(now, t time.Time) string {
	t = t.In(now.Location())
	since := now.Sub(t)
	switch {
	case since < 0:
		return Day(now, t)
	case since < time.Minute:
		return "now"
	case since < time.Hour:
		return strconv.Itoa(int(since/time.Minute)) + " min"
	case since < 12*time.Hour || sameDay(now, t):
		return strconv.Itoa(int(since/time.Hour)) + " h"
	case sameDay(now.AddDate(0, 0, -1), t):
		return "yesterday"
	default:
		return Day(now, t)
	}
}

// Day writes a date, with its year only where it is not this one.
func Day(now, t time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() {
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

// moment writes a date and a time of day in full.
func (p *Page) moment(t time.Time) string {
	return t.In(p.Now.Location()).Format("2 Jan 2006") + ", " + p.timeOfDay(t)
}

// timeOfDay writes the hour and minute, by the clock that the reader likes. It is
// the one place that does.
func (p *Page) timeOfDay(t time.Time) string {
	if t = t.In(p.Now.Location()); p.Preferences.TwelveHours {
		return t.Format("3:04 pm")
	}
	return t.Format("15:04")
}

// Machine writes t for the datetime attribute.
func Machine(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func sameDay(a, b time.Time) bool {
	return a.YearDay() == b.YearDay() && a.Year() == b.Year()
}

// Direction is rtl for languages written from right to left, ltr for others,
// and auto where the language is not known.
func Direction(language string) string {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch primary {
	case "":
		return "auto"
	case "ar", "arc", "azb", "ckb", "dv", "fa", "glk", "he", "ks", "mzn", "nqo", "ps", "sd", "syr", "ug", "ur", "yi":
		return "rtl"
	default:
		return "ltr"
	}
}

// Language is a language that a post can be written in.
type Language struct{ Code, Name string }

// Languages are the ones offered in the composer, each under its own name.
func Languages() []Language {
	return []Language{
		{"ar", "العربية"}, {"bg", "Български"}, {"bn", "বাংলা"}, {"br", "Brezhoneg"}, {"ca", "Català"},
		{"cs", "Čeština"}, {"cy", "Cymraeg"}, {"da", "Dansk"}, {"de", "Deutsch"}, {"el", "Ελληνικά"},
		{"en", "English"}, {"eo", "Esperanto"}, {"es", "Español"}, {"et", "Eesti"}, {"eu", "Euskara"},
		{"fa", "فارسی"}, {"fi", "Suomi"}, {"fr", "Français"}, {"ga", "Gaeilge"}, {"gd", "Gàidhlig"},
		{"gl", "Galego"}, {"he", "עברית"}, {"hi", "हिन्दी"}, {"hr", "Hrvatski"}, {"hu", "Magyar"},
		{"id", "Bahasa Indonesia"}, {"ig", "Igbo"}, {"is", "Íslenska"}, {"it", "Italiano"}, {"ja", "日本語"},
		{"ko", "한국어"}, {"lt", "Lietuvių"}, {"lv", "Latviešu"}, {"mi", "Te reo Māori"}, {"nl", "Nederlands"},
		{"no", "Norsk"}, {"pl", "Polski"}, {"pt", "Português"}, {"qu", "Runasimi"}, {"ro", "Română"},
		{"ru", "Русский"}, {"sk", "Slovenčina"}, {"sl", "Slovenščina"}, {"sq", "Shqip"}, {"sr", "Српски"},
		{"sv", "Svenska"}, {"sw", "Kiswahili"}, {"ta", "தமிழ்"}, {"th", "ไทย"}, {"tr", "Türkçe"},
		{"uk", "Українська"}, {"ur", "اردو"}, {"vi", "Tiếng Việt"}, {"yo", "Yorùbá"}, {"zh", "中文"},
	}
}

// languagesWith are Languages, and the chosen one where it is none of them.
func languagesWith(chosen string) []Language {
	list := Languages()
	for _, l := range list {
		if l.Code == chosen {
			return list
		}
	}
	if chosen == "" {
		return list
	}
	return append([]Language{{chosen, chosen}}, list...)
}

// Hues are the names an owner picks their home's colour from, first the
// ordinary one.
func Hues() []string {
	return []string{"moss", "sea", "woad", "heather", "madder", "rowan", "gorse", "peat"}
}
