package social

import (
	"regexp"
	"strings"
)

var languageTag = regexp.MustCompile(`^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4})?$`)

// ValidLanguage reports whether a text has the shape of a language's name (BCP
// 47). Empty stands for an unknown language, and is.
func ValidLanguage(tag string) bool { return languageTag.MatchString(tag) }

// Lines brings the line ends of a typed text into one form: browsers send two
// characters for each (HTML §4.10.21.4).
func Lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
