package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"croft/server/oauth"
	"croft/store"
)

// build makes the program as it is shipped, once.
var build = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "croft-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "croft")
	cmd := exec.CommandContext(context.Background(), "go", "build", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := build(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path)) // the system's temporary folder is swept anyway
	}
	os.Exit(code)
}

// program is croft, as it is shipped, in a folder of its own.
type program struct {
	t            *testing.T
	path, folder string
}

// newProgram builds first: a test may move the temporary folder afterwards.
func newProgram(t *testing.T) program {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return program{t, path, t.TempDir()}
}

func (p program) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.t.Context(), p.path, args...)
	cmd.Dir = p.folder
	return cmd
}

// run runs a command to its end.
func (p program) run(args ...string) (status int, stdout, stderr string) {
	p.t.Helper()
	cmd := p.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		p.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func (p program) write(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// serve starts a command that serves and waits until the pattern is printed; the
// first group of it is returned.
func (p program) serve(pattern string, args ...string) (found string, stop func() time.Duration) {
	p.t.Helper()
	cmd := p.command(args...)
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	lines := make(chan string, 1)
	var printed bytes.Buffer
	go func() {
		wanted := regexp.MustCompile(pattern)
		buffer := make([]byte, 4096)
		for sent := false; ; {
			n, err := reader.Read(buffer)
			printed.Write(buffer[:n])
			if match := wanted.FindStringSubmatch(printed.String()); match != nil && !sent {
				sent = true
				lines <- match[1]
			}
			if err != nil {
				if !sent {
					lines <- ""
				}
				return
			}
		}
	}()
	stop = sync.OnceValue(func() time.Duration {
		began := time.Now()
		_ = cmd.Process.Signal(syscall.SIGTERM) // gone already is what we want
		_ = cmd.Wait()
		_ = writer.Close()
		return time.Since(began)
	})
	p.t.Cleanup(func() { stop() })
	select {
	case found = <-lines:
	case <-time.After(30 * time.Second):
	}
	if found == "" {
		stop()
		p.t.Fatalf("croft %s printed no %s:\n%s", strings.Join(args, " "), pattern, printed.String())
	}
	return found, stop
}

const readyLine = `msg=ready origin=\S+ listen=(\S+)`

func (p program) init() {
	p.t.Helper()
	p.write("password", "three odd words\n")
	status, _, stderr := p.run("init", "--origin", "http://127.0.0.1:8123", "--handle", "ana", "--password-file", "password")
	if status != 0 {
		p.t.Fatalf("init: status %d: %s", status, stderr)
	}
}

func TestUsage(t *testing.T) {
	p := newProgram(t)
	for _, args := range [][]string{
		{"sreve"}, {"serve", "more"}, {"--no-such-flag"}, {"init"}, {"init", "--origin", "ftp://x", "--handle", "a"},
		{"init", "--origin", "http://ana.example", "--handle", "ana", "--password-file", "x"},
		{"init", "--origin", "https://ana.example", "--handle", "a b", "--password-file", "x"},
		{"init", "--origin", "https://ana.example", "--handle", "ana", "--name", strings.Repeat("x", 101), "--password-file", "x"},
		{"demo", "--port", "x"}, {"demo", "--port", "65534"}, {"--listen", "here"},
		{"token"}, {"token", "--name", "x", "--scopes", "admin"},
	} {
		status, _, stderr := p.run(args...)
		if status != 2 || !strings.HasPrefix(stderr, "croft: ") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("croft %q: status %d, %q; want 2 and one line", args, status, stderr)
		}
	}
	p.write("words", "three odd words")
	for _, args := range [][]string{
		{"password", "--password-file", "none"},
		{"serve", "--config", "none.toml"},
		{"init", "--origin", "https://ana.example", "--handle", "ana", "--password-file", "none"},
		{"init", "--origin", "https://ana.example", "--handle", "ana", "--password-file", "words", "--data", "words/in"},
		{"serve", "--listen", "127.0.0.1:0", "--data", "words"},
	} {
		status, _, stderr := p.run(args...)
		if status != 1 || !strings.HasPrefix(stderr, "croft: ") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("croft %q: status %d, %q; want 1 and one line", args, status, stderr)
		}
	}
}

func TestInit(t *testing.T) {
	p := newProgram(t)
	p.init()
	database := filepath.Join(p.folder, "data", "127.0.0.1_8123", "ana", "croft.db")
	info, err := os.Stat(database)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("database: %v, %v", info, err)
	}
	if info, err := os.Stat(filepath.Dir(database)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info, err)
	}
	before, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	status, _, stderr := p.run("init", "--origin", "http://127.0.0.1:8123", "--handle", "ana", "--password-file", "password")
	if status != 1 || !strings.Contains(stderr, "already") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("second init: status %d, %q", status, stderr)
	}
	status, _, stderr = p.run("init", "--origin", "http://127.0.0.1:8123", "--handle", "ben", "--password-file", "password")
	if status != 1 || !strings.Contains(stderr, "one address") {
		t.Errorf("another home at the same address: status %d, %q", status, stderr)
	}
	if after, err := os.ReadFile(database); err != nil || !bytes.Equal(before, after) {
		t.Error("a second init touched the home")
	}
}

// TestToken prints a key beside the running server and nothing else, and a new
// password takes it back.
func TestToken(t *testing.T) {
	p := newProgram(t)
	p.init()
	database := filepath.Join(p.folder, "data", "127.0.0.1_8123", "ana", "croft.db")
	_, stop := p.serve(readyLine, "serve", "--listen", "127.0.0.1:0")
	status, stdout, stderr := p.run("token", "--scopes", "read write", "--name", "Loom log")
	if status != 0 || stderr != "" || !regexp.MustCompile(`^[A-Za-z0-9_-]{43}\n$`).MatchString(stdout) {
		t.Fatalf("status %d, %q, %q; want one key", status, stdout, stderr)
	}
	open := func() (opens bool) {
		t.Helper()
		s, err := store.Open(t.Context(), database, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		key, err := oauth.New(s.Sessions(), time.Now).Find(t.Context(), strings.TrimSpace(stdout))
		return err == nil && key.Owner && key.Scopes.String() == "read write" && key.App.Name == "Loom log"
	}
	stop()
	if !open() {
		t.Error("the key opens nothing")
	}
	p.run("password", "--password-file", "password")
	if open() {
		t.Error("the key opens after the password was changed")
	}
}

func TestOtherDomain(t *testing.T) {
	p := newProgram(t)
	p.write("password", "three odd words\n")
	status, stdout, stderr := p.run("init", "--origin", "https://social.ana.example", "--handle", "ana@ana.example", "--password-file", "password")
	if status != 0 || !strings.Contains(stdout, "/.well-known/webfinger") {
		t.Errorf("status %d, %q, %q", status, stdout, stderr)
	}
}

func TestBrokenConfig(t *testing.T) {
	p := newProgram(t)
	p.write("croft.toml", "listen = \"127.0.0.1:0\"\n\n[limits]\npots = 5\n")
	status, _, stderr := p.run("serve")
	if status != 1 || !strings.Contains(stderr, "croft.toml") || !strings.Contains(stderr, "line 4") || !strings.Contains(stderr, "pots") {
		t.Errorf("status %d, %q; want file, line and key", status, stderr)
	}
}

// TestDemo sees the three homes follow one another, and nothing left behind.
func TestDemo(t *testing.T) {
	p := newProgram(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	profile, stop := p.serve(`(http://127\.0\.0\.1:\d+/@ana)`, "demo", "--port", "28470")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, profile, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(page), "Seven hanks") {
		t.Errorf("profile: %v\n%s", err, page)
	}
	visitAsAll(t, map[string]string{"ana": "http://127.0.0.1:28470", "ben": "http://127.0.0.1:28471", "cleo": "http://127.0.0.1:28472"})
	stop()
	left, err := filepath.Glob(filepath.Join(temporary, "croft-demo-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// visitAsAll signs in at every home with one browser, and then is still known at
// each: cookies do not tell ports apart.
func visitAsAll(t *testing.T, homes map[string]string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, origin, path string, form url.Values) int {
		req, err := http.NewRequestWithContext(t.Context(), method, origin+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", origin)
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	for handle, origin := range homes {
		if got := ask(http.MethodPost, origin, "/login", url.Values{"handle": {handle}, "password": {demoPassword}}); got != http.StatusSeeOther {
			t.Errorf("sign in as %s: %d", handle, got)
		}
	}
	for handle, origin := range homes {
		if got := ask(http.MethodGet, origin, "/notifications", nil); got != http.StatusOK {
			t.Errorf("%s is not signed in any more: %d", handle, got)
		}
	}
}
