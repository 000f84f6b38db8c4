// Package rig is what measurements and crash runs stand on: the built program
// as a process of its own, and other servers on loopback that talk to it. It
// reaches the home by HTTP only.
package rig

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const password = "a long enough password for trying out"

// Build compiles the program at root, with the build tags given, and returns
// the path of the binary in dir.
func Build(ctx context.Context, root, dir, tags string) (string, error) {
	binary := filepath.Join(dir, "croft")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-tags", tags, "-o", binary, ".")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return binary, nil
}

// Home is one home, run as a process that can be killed and started again.
type Home struct {
	Origin string
	Dir    string
	Binary string // the path of the program

	cmd    *exec.Cmd
	ended  chan error
	client *http.Client
}

// NewHome makes a home of the handle "owner" in dir, on a free port of
// loopback, without limits of rates. It is not started.
func NewHome(ctx context.Context, binary, dir string) (*Home, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	_ = l.Close()
	h := &Home{Origin: "http://" + address, Dir: dir, Binary: binary}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "password"), []byte(password+"\n"), 0o600),
		os.WriteFile(filepath.Join(dir, "croft.toml"), []byte("listen = \""+address+"\"\n[limits]\nrate = false\n"), 0o600))
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, "init", "--origin", h.Origin, "--handle", "owner",
		"--password-file", filepath.Join(dir, "password"), "--data", filepath.Join(dir, "data"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("init: %w\n%s", err, out)
	}
	return h, nil
}

// Database is the path of the home's database. Read it while the home is stopped.
func (h *Home) Database() string {
	host := strings.ReplaceAll(strings.TrimPrefix(h.Origin, "http://"), ":", "_")
	return filepath.Join(h.Dir, "data", host, "owner", "croft.db")
}

// Inbox is the owner's.
func (h *Home) Inbox() string { return h.Origin + "/@owner/inbox" }

// Actor is the owner's URI.
func (h *Home) Actor() string { return h.Origin + "/@owner" }

// Start runs the home and returns how long it took to answer.
func (h *Home) Start(ctx context.Context) (time.Duration, error) {
	log, err := os.OpenFile(filepath.Join(h.Dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	h.cmd = exec.CommandContext(ctx, h.Binary, "serve", "--config", filepath.Join(h.Dir, "croft.toml"), "--data", filepath.Join(h.Dir, "data"))
	h.cmd.Stderr = log
	began := time.Now()
	if err := h.cmd.Start(); err != nil {
		return 0, err
	}
	h.ended = make(chan error, 1)
	go func(cmd *exec.Cmd, ended chan error) { ended <- cmd.Wait() }(h.cmd, h.ended)
	for time.Since(began) < 30*time.Second {
		if status, _ := get(ctx, h.Origin+"/readyz"); status == http.StatusOK {
			return time.Since(began), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, fmt.Errorf("the home does not answer; see %s", log.Name())
}

func get(ctx context.Context, address string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, errors.Join(err, res.Body.Close())
}

// Kill ends the process as a power cut of the program would: by SIGKILL.
func (h *Home) Kill() { _ = h.cmd.Process.Kill(); <-h.ended }

// Stop ends the process as a service manager does and returns how long it took.
func (h *Home) Stop() (time.Duration, error) {
	began := time.Now()
	if err := h.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	err := <-h.ended
	return time.Since(began), err
}

// SignIn signs the owner in. Sessions outlive the process.
func (h *Home) SignIn(ctx context.Context) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	h.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	_, err = h.Form(ctx, "/login", url.Values{"handle": {"owner"}, "password": {password}})
	return err
}

// Token makes a key to the client API, as the owner does for a script.
func (h *Home) Token(ctx context.Context, scopes string) (string, error) {
	out, err := exec.CommandContext(ctx, h.Binary, "token", "--scopes", scopes, "--name", "bench", "--data", filepath.Join(h.Dir, "data")).Output()
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// Form posts a form as the owner and returns where the answer leads. Anything
// but a redirect is an error.
func (h *Home) Form(ctx context.Context, path string, values url.Values) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.Origin+path, strings.NewReader(values.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", h.Origin)
	res, err := h.client.Do(req)
	if err != nil {
		return "", err
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("POST %s: %s", path, res.Status)
	}
	return res.Header.Get("Location"), nil
}

// Get reads a page as the owner, packed as a browser asks for it or plain, and
// returns how many bytes came and how they were packed. Anything but 200 is an
// error.
func (h *Home) Get(ctx context.Context, path string, packed bool) (size int64, encoding string, err error) {
	res, err := h.page(ctx, path, packed)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	size, err = io.Copy(io.Discard, res.Body)
	return size, res.Header.Get("Content-Encoding"), err
}

// Find returns the address of the first link of a page that begins with prefix.
func (h *Home) Find(ctx context.Context, path, prefix string) (string, error) {
	res, err := h.page(ctx, path, false)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	_, rest, found := strings.Cut(string(text), `href="`+prefix)
	link, _, _ := strings.Cut(rest, `"`)
	if err == nil && !found {
		err = fmt.Errorf("%s has no link to %s", path, prefix)
	}
	link, _, _ = strings.Cut(html.UnescapeString(prefix+link), "#")
	return link, err
}

func (h *Home) page(ctx context.Context, path string, packed bool) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.Origin+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Encoding", "identity")
	if packed {
		req.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	}
	res, err := h.client.Do(req)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.Join(fmt.Errorf("GET %s: %s", path, res.Status), res.Body.Close())
	}
	return res, err
}

// Publish posts a public post by the web form.
func (h *Home) Publish(ctx context.Context, text string) error {
	_, err := h.Form(ctx, "/compose", url.Values{"text": {text}, "visibility": {"public"}, "act": {"post"}})
	return err
}

// Memory are VmRSS and VmHWM of the process, in KiB.
func (h *Home) Memory() (now, peak int) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) > 1 && f[0] == "VmRSS:" {
			now, _ = strconv.Atoi(f[1])
		}
		if len(f) > 1 && f[0] == "VmHWM:" {
			peak, _ = strconv.Atoi(f[1])
		}
	}
	return now, peak
}

// CPU is the time the process has used so far, in steps of 10 ms.
func (h *Home) CPU() time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
