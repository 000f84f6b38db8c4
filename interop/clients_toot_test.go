package interop

import (
	"bufio"
	"bytes"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// toot runs toot, the client for the command line, and returns what it says.
func (c *clients) toot(folder string, args ...string) string {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "toot", append(args, "--no-color")...)
	cmd.Env = tootEnv(folder)
	said, err := cmd.CombinedOutput()
	if err != nil || bytes.Contains(said, []byte("Traceback")) {
		c.t.Fatalf("toot %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return string(said)
}

func tootEnv(folder string) []string {
	return append(os.Environ(), "HOME="+folder, "XDG_CONFIG_HOME="+folder, "BROWSER=true", "PYTHONUNBUFFERED=1")
}

// logIn has toot ask for the owner's word, and types the code that they got.
func (c *clients) logIn(folder string) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "toot", "login", "-i", c.Site.Host(), "--disable-https", "--no-color")
	cmd.Env = tootEnv(folder)
	in, err := cmd.StdinPipe()
	c.do(err)
	out, err := cmd.StdoutPipe()
	c.do(err)
	cmd.Stderr = cmd.Stdout
	c.do(cmd.Start())
	_, err = io.WriteString(in, "n\n") // no browser
	c.do(err)
	lines, said := bufio.NewScanner(out), ""
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if said += line + "\n"; strings.HasPrefix(line, c.Site.Origin+"/oauth/authorize") {
			_, err = io.WriteString(in, c.asks("/code", url.Values{"url": {line}})+"\n")
			c.do(err)
		}
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(said, "Successfully logged in") {
		c.t.Fatalf("toot login: %v\n%s", err, said)
	}
}

var tootPost = regexp.MustCompile(`/@ana/(\d+)`)

// TestToot lives a day in the home by toot.
func TestToot(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program from Debian")
	}
	c, folder := openClients(t, "toot"), t.TempDir()
	c.logIn(folder)
	says := func(want string, args ...string) string {
		t.Helper()
		said := c.toot(folder, args...)
		if !strings.Contains(said, want) {
			t.Fatalf("toot %s says %s, want %s", strings.Join(args, " "), said, want)
		}
		return said
	}
	says("@ana", "whoami")
	says("Croft", "instance", "--disable-https")
	posted := says("Toot posted", "post", "By toot", "--media", pictureFile(t), "--description", "A red field", "--visibility", "public")
	id := tootPost.FindStringSubmatch(posted)[1]
	says("Toot posted", "post", "More of it", "--reply-to", id)
	says("More of it", "thread", id)
	says("Toot scheduled", "post", "Later", "--scheduled-in", "2 hours")
	goat := c.asks("/friend/mention", url.Values{"text": {"have you seen my goat?"}})
	says("have you seen my goat?", "timeline", "--once")
	says("mentioned you", "notifications")
	says("favourited", "favourite", goat)
	says("bookmarked", "bookmark", goat)
	says("have you seen my goat?", "bookmarks", "--once")
	says("reblogged", "reblog", goat)
	says("fred", "search", "fred")
	says("fred", "followers", "ana")
	says("following #wool", "tags_follow", "wool")
	says("wool", "tags_followed")
	says("muted", "mute", c.friend.Site.Handle().String())
	says("no longer muted", "unmute", c.friend.Site.Handle().String())
	says("deleted", "delete", id)
	said := c.toot(folder, "timeline", "--once")
	if strings.Contains(said, "By toot") {
		t.Errorf("it is still there: %s", said)
	}
	says("logged out", "logout", "ana@"+c.Site.Host())
}
