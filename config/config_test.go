package config

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2/unstable"

	"croft/social"
)

const example = "../config.example.toml"

// TestExample holds the example against the defaults, and sees that it leaves
// no key out.
func TestExample(t *testing.T) {
	got, err := Load(example)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), got); diff != "" {
		t.Errorf("the example is not the default:\n%s", diff)
	}
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"listen", "trusted_proxies", "tls.mode", "tls.email", "tls.http_listen", "tls.cert", "tls.key",
		"federation.allow_http", "federation.allow_private", "limits.rate", "limits.post", "metrics.listen",
	} {
		if lineOf(data, key) == 0 {
			t.Errorf("the example does not name %s", key)
		}
	}
	var p unstable.Parser
	p.Reset(data)
	keys := 0
	for p.NextExpression() {
		if p.Expression().Kind == unstable.KeyValue {
			keys++
		}
	}
	if keys != 12 {
		t.Errorf("the example has %d keys, the list of this test 12", keys)
	}
}

func load(t *testing.T, text string) (Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "croft.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

func TestLoad(t *testing.T) {
	got, err := load(t, "listen = \":443\"\ntrusted_proxies = [\"127.0.0.1\", \"10.1.2.3/8\", \"::1\"]\nlimits.rate = false\n"+
		"[tls]\nmode = \"acme\"\nemail = \"ana@example.org\"\n[federation]\nallow_private = true\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Listen = ":443"
	want.TrustedProxies = []string{"127.0.0.1", "10.1.2.3/8", "::1"}
	want.TLS.Mode, want.TLS.Email = TLSACME, "ana@example.org"
	want.Federation.AllowPrivate = true
	want.Limits.Rate = false
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	proxies := []netip.Prefix{
		netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128"),
	}
	if diff := cmp.Diff(proxies, got.Proxies(), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

// TestLoadBroken sees that every fault names the file, its line and its key.
func TestLoadBroken(t *testing.T) {
	for _, test := range []struct{ text, line, key, says string }{
		{"listen = \":1\"\nlisten_to = 5\n", "line 2", "listen_to", "no key listen_to"},
		{"[federation]\n\nallow_htp = true\n", "line 3", "federation.allow_htp", "no key"},
		{"\n[fediverse]\nx = 1\n", "line 2", "fediverse", "no key"},
		{"[limits]\npost = \"many\"\n", "line 2", "limits.post", "does not fit"},
		{"listen = \n", "line 1", "", "cannot be read"},
		{"listen = \":1\"\nlisten = \":2\"\n", "line 2", "listen", "given twice"},
		{"[limits]\n# few\npost = 0\n", "line 3", "limits.post", "between 1 and 50000"},
		{"[limits]\npost = 50001\n", "line 2", "limits.post", "between 1 and 50000"},
		{"limits.post = -1\n", "line 1", "limits.post", "between"},
		{"limits = { rate = true, post = 0 }\n", "line 1", "limits.post", "between"},
		{"[tls]\nmode = \"on\"\n", "line 2", "tls.mode", `"acme"`},
		{"[tls]\nmode = \"files\"\nkey = \"k\"\n", "line 1", "tls.cert", "certificate"},
		{"[tls]\ncert = \"c\"\nkey=\"\"\nmode = \"files\"\n", "line 3", "tls.key", "private key"},
		{"[tls]\nmode = \"acme\"\nhttp_listen = \"80\"\n", "line 3", "tls.http_listen", "listen on"},
		{"[tls]\nmode = \"acme\"\nemail = \"ana\"\n", "line 3", "tls.email", "e-mail"},
		{"listen = \"localhost\"\n", "line 1", "listen", "127.0.0.1:8080"},
		{"listen = \":70000\"\n", "line 1", "listen", "listen on"},
		{"[metrics]\nlisten = \"x\"\n", "line 2", "metrics.listen", "listen on"},
		{"trusted_proxies = [\n  \"127.0.0.1\",\n  \"proxy\",\n]\n", "line 1", "trusted_proxies", `"proxy"`},
	} {
		_, err := load(t, test.text)
		problems := social.Problems(err)
		if len(problems) != 1 || !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%q: %v is not one problem", test.text, err)
			continue
		}
		p := problems[0]
		for _, part := range []string{"croft.toml", test.line, test.key, test.says} {
			if !strings.Contains(p.Text, part) {
				t.Errorf("%q: %q does not say %q", test.text, p.Text, part)
			}
		}
		if p.Field != test.key || strings.Contains(p.Text, "\n") || !strings.HasSuffix(p.Text, ".") {
			t.Errorf("%q: field %q, text %q", test.text, p.Field, p.Text)
		}
	}
}

func TestLoadMissing(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.toml"))
	if len(social.Problems(err)) != 1 || !strings.Contains(err.Error(), "none.toml") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestCheckOrigin(t *testing.T) {
	open := Default()
	open.Limits.Rate = false
	for origin, loopback := range map[string]bool{
		"http://localhost:8080":    true,
		"http://a.localhost":       true,
		"http://127.0.0.1:8080":    true,
		"http://127.8.9.1":         true,
		"https://[::1]:8443":       true,
		"https://ana.example":      false,
		"http://192.168.1.5":       false,
		"https://localhost.evil":   false,
		"https://notlocalhost":     false,
		"https://127.0.0.1.nip.io": false,
		"":                         false,
	} {
		if got := IsLoopback(origin); got != loopback {
			t.Errorf("IsLoopback(%q) = %v", origin, got)
		}
		if err := open.CheckOrigin(origin); (err == nil) != loopback {
			t.Errorf("rate = false at %q: %v", origin, err)
		}
		if err := Default().CheckOrigin(origin); err != nil {
			t.Errorf("the default at %q: %v", origin, err)
		}
	}
}
