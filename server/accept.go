package server

import (
	"net/http"
	"strconv"
	"strings"
)

// wantsActivity reports whether a request asks for ActivityPub rather than for
// a page: it accepts one of the two types (ActivityPub §3.2), and not a page
// with greater preference.
func wantsActivity(req *http.Request) bool {
	var activity, page float64
	for _, value := range req.Header["Accept"] {
		for one := range strings.SplitSeq(value, ",") {
			kind, rest, _ := strings.Cut(one, ";")
			switch strings.ToLower(strings.TrimSpace(kind)) {
			case "application/activity+json", "application/ld+json":
				activity = max(activity, quality(rest))
			case "text/html", "application/xhtml+xml":
				page = max(page, quality(rest))
			}
		}
	}
	return activity > 0 && activity >= page
}

// quality reads the q of a type's parameters; without one it is 1.
func quality(parameters string) float64 {
	for one := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(one), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			if err != nil || q < 0 || q > 1 {
				return 0
			}
			return q
		}
	}
	return 1
}

// accepts reports whether the client takes a content encoding.
func accepts(req *http.Request, encoding string) bool {
	for one := range strings.SplitSeq(req.Header.Get("Accept-Encoding"), ",") {
		name, rest, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			return quality(rest) > 0
		}
	}
	return false
}
