package interop

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// buildProgram makes the program as it is shipped.
func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "croft")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, "croft")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// output is what a program has said so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// program is a server without a home that was started in an empty folder.
type program struct {
	setup  string // the page to open, as printed for whoever started it, at origin
	code   string
	origin string
}

// start runs the program until the test ends. The system chooses the port, and
// the program says which.
func start(t *testing.T, path string) program {
	t.Helper()
	folder := t.TempDir()
	var said, logged output
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, "serve", "--data", folder, "--listen", "127.0.0.1:0")
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, &said, &logged
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil || t.Failed() {
			t.Errorf("the program ended with %v, and had logged:\n%s", err, logged.String())
		}
	})
	invitation := regexp.MustCompile(`http://localhost(:\d+)(/setup\?code=\S+)\s+The one-time code is (\S+)`)
	var found []string
	eventually(t, "an address to open and a code", func() bool {
		found = invitation.FindStringSubmatch(said.String())
		return found != nil
	})
	origin := "http://127.0.0.1" + found[1]
	return program{setup: origin + found[2], code: found[3], origin: origin}
}

// openBrowser starts a Chromium that lasts until the test ends.
func openBrowser(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("this test looks at the pages with Chromium, which make test installs: %v", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	options = append(options, more...)
	ctx, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(cancel)
	ctx, cancelBrowser := chromedp.NewContext(ctx)
	t.Cleanup(cancelBrowser)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}
