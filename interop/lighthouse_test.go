package interop

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// enough is the least that Lighthouse may give in each of its categories, of a
// hundred.
const enough = 98

// idle is what Lighthouse measures of a machine that may be slowed down four
// times to be like a phone.
const idle = 1500

// judgement is what it says of a page.
type judgement struct {
	Scores   map[string]int
	Short    []string // audits that cost something
	Asked    []string // every address that the page asked for
	Error    string
	Took     int     // ms
	Strength float64 // of this machine just now, as Lighthouse measures it
}

// TestLighthouse has Lighthouse look at the pages as a phone with a slow line:
// its default. The phone is four times slower than this machine when it does
// nothing else. Where it is busy, a page that was too slow is looked at again,
// and slowed down as much less as the machine itself is slower.
func TestLighthouse(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser and Lighthouse")
	}
	l := openLived(t)
	ask := startLighthouse(t)
	for _, page := range []struct {
		name, url, cookie string
		skip              []string
	}{
		{name: "profile", url: l.Site.Actor()},
		{name: "post", url: l.shown.URL},
		{name: "photos", url: l.Site.Actor() + "/photos"},
		// Search engines never see the owner's rooms, as it should be: whether the
		// page describes itself to them is not asked.
		{"home", l.Site.Origin + "/", l.signedIn("me"), []string{"meta-description"}},
	} {
		var j judgement
		slowdown := 4.0
		for range 5 {
			j = ask(map[string]any{"url": page.url, "cookie": page.cookie, "skip": page.skip, "slowdown": slowdown})
			t.Logf("%s: %v in %d ms, %.1f times slower than a machine of strength %.0f", page.name, j.Scores, j.Took, slowdown, j.Strength)
			if j.Scores["performance"] >= enough || j.Error != "" {
				break
			}
			slowdown = max(1, min(4, 4*j.Strength/idle, 4/queueing()))
		}
		if len(j.Scores) != 4 || j.Error != "" {
			t.Errorf("%s: no judgement: %s", page.name, j.Error)
		}
		hears := slices.ContainsFunc(j.Asked, func(address string) bool { return strings.HasPrefix(address, l.Site.Origin+"/events") })
		if hears != (page.name == "home") {
			t.Errorf("%s: that the owner looks at it is %v", page.name, hears)
		}
		for category, score := range j.Scores {
			if score < enough {
				t.Errorf("%s: %d in %s, want %d:\n\t%s", page.name, score, category, enough, strings.Join(j.Short, "\n\t"))
			}
		}
	}
}

// queueing is how many programs want each core of this machine, on average over
// a minute; 1 where it cannot be known.
func queueing() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 1
	}
	first, _, _ := strings.Cut(string(text), " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 1
	}
	return max(1, load/float64(runtime.NumCPU()))
}

// startLighthouse starts Lighthouse with a browser of its own, and returns how
// to ask it.
func startLighthouse(t *testing.T) func(any) judgement {
	t.Helper()
	if _, err := os.Stat("node_modules/lighthouse"); err != nil {
		t.Fatalf("Lighthouse is not installed here: %v. Run sh scripts/prepare.sh first, as make test does; go test -short goes without.", err)
	}
	cmd := exec.Command(findNode(t), "lighthouse.mjs", openPort(t))
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close() // its end
		ended := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		defer ended.Stop()
		if err := cmd.Wait(); err != nil {
			t.Errorf("Lighthouse ended with %v", err)
		}
	})
	answers := bufio.NewReader(output)
	return func(page any) (j judgement) {
		t.Helper()
		if err := json.NewEncoder(input).Encode(page); err != nil {
			t.Fatal(err)
		}
		line, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatalf("Lighthouse does not answer: %v", err)
		}
		if err := json.Unmarshal(line, &j); err != nil {
			t.Fatalf("Lighthouse says %q: %v", line, err)
		}
		return j
	}
}

// openPort starts a Chromium that others may drive, and returns its port.
func openPort(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("this test looks at the pages with Chromium, which make test installs: %v", err)
	}
	folder := t.TempDir()
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-component-update", "--no-first-run",
		"--disable-background-networking", "--user-data-dir="+folder, "--remote-debugging-port=0", "about:blank")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was ended
	})
	var port string
	eventually(t, "Chromium listens", func() bool {
		text, err := os.ReadFile(filepath.Join(folder, "DevToolsActivePort"))
		port, _, _ = strings.Cut(string(text), "\n")
		return err == nil && port != ""
	})
	return port
}
