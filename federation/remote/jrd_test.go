package remote

import (
	"os"
	"path/filepath"
	"testing"

	"croft/social"
)

// TestCaptured reads what five programs answer, asked by handle and by address.
func TestCaptured(t *testing.T) {
	asked := social.Handle{Name: "asked", Host: "asked.test"}
	for software, want := range map[string][3]string{
		"gotosocial":  {"@me@gts.test", "https://gts.test/users/me", ""},
		"fedify":      {"@fred@fedify.test", "https://fedify.test/users/fred", ""},
		"snac2":       {"@alice@snac.test", "https://snac.test/alice", "https://snac.test/authorize_interaction?uri={uri}"},
		"honk":        {"@hank@honk.test", "https://honk.test/u/hank", ""},
		"activitypub": {"@drv@bot.test", "https://bot.test/user/drv", ""},
	} {
		for _, file := range []string{"webfinger.json", "webfinger-by-url.json"} {
			data, err := os.ReadFile(filepath.Join("testdata", software, file))
			if err != nil {
				t.Fatal(err)
			}
			j, err := decodeJRD(data)
			if err != nil {
				t.Errorf("%s %s: %v", software, file, err)
				continue
			}
			actor, err := j.actor()
			got := [3]string{j.handle(asked).String(), actor, j.subscribe(newGuard(Options{}))}
			expect := want
			if software == "fedify" && file != "webfinger.json" {
				expect[0] = asked.String() // its subject is then the address
			}
			if got != expect || err != nil {
				t.Errorf("%s %s: %v, %v, want %v", software, file, got, err, expect)
			}
		}
	}
	for software, want := range map[string]string{
		"gotosocial": "https://gts.test/.well-known/webfinger?resource={uri}",
		"snac2":      "https://snac.test/.well-known/webfinger?resource={uri}",
	} {
		data, err := os.ReadFile(filepath.Join("testdata", software, "host-meta.xml"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := lrdd(data); got != want || err != nil {
			t.Errorf("%s host-meta: %q, %v", software, got, err)
		}
	}
}
