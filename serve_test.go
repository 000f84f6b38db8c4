package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestServe starts a home, signs in, finds a second process refused, changes
// the password beside it, and stops it.
func TestServe(t *testing.T) {
	p := newProgram(t)
	p.init()
	address, stop := p.serve(readyLine, "serve", "--listen", "127.0.0.1:0")
	if status, _, stderr := p.run("serve", "--listen", "127.0.0.1:0"); status != 1 || !strings.Contains(stderr, "another croft") { // FLT-21
		t.Errorf("second process: status %d, %q", status, stderr)
	}
	if got := signIn(t, address, "three odd words"); got != http.StatusSeeOther {
		t.Errorf("sign in: %d", got)
	}
	p.write("new", "four other odd words\n")
	if status, _, stderr := p.run("password", "--password-file", "new"); status != 0 {
		t.Errorf("password: status %d, %q", status, stderr)
	}
	if got := signIn(t, address, "three odd words"); got != http.StatusUnprocessableEntity {
		t.Errorf("sign in with the old password: %d", got)
	}
	if got := signIn(t, address, "four other odd words"); got != http.StatusSeeOther {
		t.Errorf("sign in with the new password: %d", got)
	}
	if took := stop(); took > 4*time.Second {
		t.Errorf("it took %v to stop", took)
	}
}

// TestAddressTaken has every address that croft listens on taken by another
// program: it says so in one line, names the setting, and was never ready.
func TestAddressTaken(t *testing.T) {
	p := newProgram(t)
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	address := taken.Addr().String()
	for setting, text := range map[string]string{
		"--listen":     fmt.Sprintf("listen = %q\n", address),
		"[metrics]":    fmt.Sprintf("listen = \"127.0.0.1:0\"\n[metrics]\nlisten = %q\n", address),
		"http_listen ": fmt.Sprintf("listen = \"127.0.0.1:0\"\n[tls]\nmode = \"acme\"\nhttp_listen = %q\n", address),
	} {
		p.write("croft.toml", text)
		status, stdout, stderr := p.run("serve")
		if status != 1 || !strings.HasPrefix(stderr, "croft: ") || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, setting) {
			t.Errorf("%s taken: status %d, %q", setting, status, stderr)
		}
		if stdout != "" {
			t.Errorf("%s taken: it said %q all the same", setting, stdout)
		}
	}
}

// TestCertificateFiles has files that are not there named by their keys.
func TestCertificateFiles(t *testing.T) {
	p := newProgram(t)
	p.write("croft.toml", "listen = \"127.0.0.1:0\"\n[tls]\nmode = \"files\"\ncert = \"none.pem\"\nkey = \"none.key\"\n")
	status, _, stderr := p.run("serve")
	if status != 1 || !strings.Contains(stderr, "cert and key under [tls]") || !strings.Contains(stderr, "none.pem") {
		t.Errorf("status %d, %q", status, stderr)
	}
}

// TestAliveByAddress asks two homes by the address of the process, as whoever
// watches over it does, and by a name that is neither's.
func TestAliveByAddress(t *testing.T) {
	p := newProgram(t)
	p.init()
	if status, _, stderr := p.run("init", "--origin", "http://localhost:8123", "--handle", "ben", "--password-file", "password"); status != 0 {
		t.Fatal(stderr)
	}
	address, _ := p.serve(readyLine, "serve", "--listen", "127.0.0.1:0")
	for path, want := range map[string]int{"/livez": 200, "/readyz": 200, "/": http.StatusMisdirectedRequest} {
		if got := get(t, "http://"+address+path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

func get(t *testing.T, address string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

func TestMetrics(t *testing.T) {
	p := newProgram(t)
	p.init()
	p.write("croft.toml", "listen = \"127.0.0.1:0\"\n[metrics]\nlisten = \"127.0.0.1:28479\"\n")
	p.serve(readyLine, "serve")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:28479/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(text), `croft_jobs_parked{home="127.0.0.1:8123"} 0`) || !strings.Contains(string(text), "process_resident_memory_bytes") {
		t.Errorf("metrics: %v\n%s", err, text)
	}
}

func signIn(t *testing.T, address, password string) int {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"handle": {"ana"}, "password": {password}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Host = "127.0.0.1:8123" // the home's own name, as a proxy passes it on
	req.Header.Set("Origin", "http://127.0.0.1:8123")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// TestHalfMadeHome finds a folder in which the making of a home was cut off.
func TestHalfMadeHome(t *testing.T) {
	p := newProgram(t)
	folder := filepath.Join(p.folder, "data", "ana.example", "ana")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	p.write("data/ana.example/ana/croft.db", "")
	status, _, stderr := p.run("serve", "--listen", "127.0.0.1:0")
	if status != 1 || !strings.Contains(stderr, "move that folder away") {
		t.Errorf("status %d, %q", status, stderr)
	}
}
