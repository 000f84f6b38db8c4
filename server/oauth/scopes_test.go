package oauth

import "testing"

func TestParseScopes(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "read",
		"read write follow push":    "read write follow push",
		"read+write":                "read write",
		"write:media  read:lists\n": "write:media read:lists",
		"read read":                 "read",
		"admin:read":                "refused",
		"read:everything":           "refused",
		"Read":                      "refused",
	} {
		got := "refused"
		if scopes, ok := ParseScopes(in); ok {
			got = scopes.String()
		}
		if got != want {
			t.Errorf("ParseScopes(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestOpen(t *testing.T) {
	for _, test := range []struct {
		have, wanted string
		want         bool
	}{
		{"read", "read:statuses", true},
		{"read", "read", true},
		{"read", "write:statuses", false},
		{"read:statuses", "read", false},
		{"read:statuses", "read:lists", false},
		{"follow", "write:blocks", true},
		{"follow", "write:statuses", false},
		{"write", "push", false},
		{"push", "push", true},
		{"profile", "read:me", true},
		{"read:accounts", "read:me", true},
		{"read", "read:me", true},
		{"profile", "read:accounts", false},
	} {
		scopes, _ := ParseScopes(test.have)
		if got := scopes.Open(test.wanted); got != test.want {
			t.Errorf("%s opens %s: %v, want %v", test.have, test.wanted, got, test.want)
		}
	}
}

func TestWithin(t *testing.T) {
	for _, test := range []struct {
		some, all string
		want      bool
	}{
		{"read", "read write", true},
		{"read:lists", "read", true},
		{"read", "read:lists", false},
		{"follow", "read write", true},
		{"follow", "read", false},
		{"push", "read write", false},
		{"read:accounts", "read:me", false},
		{"read:accounts", "profile", false},
		{"profile", "read", false},
		{"read:me", "profile", true},
	} {
		some, _ := ParseScopes(test.some)
		all, _ := ParseScopes(test.all)
		if got := some.Within(all); got != test.want {
			t.Errorf("%s within %s: %v, want %v", test.some, test.all, got, test.want)
		}
	}
}
