package store

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"croft/social"
)

func TestTextsComeBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[",\\\[\]a]{0,6}`))
		want := rapid.SliceOfN(text, 0, 4).Draw(r, "texts")
		var got texts
		if err := got.Scan(toJSON(want)); err != nil || !slices.Equal(got, want) {
			r.Fatalf("%q comes back as %q (%v)", want, got, err)
		}
	})
}

func TestAddressesComeBack(t *testing.T) {
	const base = "https://hôme.test/@ana/1"
	rapid.Check(t, func(r *rapid.T) {
		uri := rapid.OneOf(rapid.String(), rapid.StringMatching(`https://hôme\.test/(@ana(/[12é]?/(replies)?)?)?`),
			rapid.StringMatching(`[*+0-9:h]{0,5}`), rapid.Just(social.PublicURI)).Draw(r, "uri")
		short := shortURI(base, uri)
		if got := longURI(base, short); got != uri {
			r.Fatalf("%q, kept as %q, comes back as %q", uri, short, got)
		}
		if origin, ok := social.Origin(uri); ok && !social.SameOrigin(base, uri) && uri != social.PublicURI && short != uri {
			r.Fatalf("%q, of %s, is kept as %q, so that SQL cannot find it", uri, origin, short)
		}
	})
}
