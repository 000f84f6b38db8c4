package crash

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// browser is the owner at the pages of the home.
type browser struct {
	origin string
	client *http.Client
	acting chan struct{} // told of every form, if anybody listens
}

func (l *load) signIn(ctx context.Context) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	password, err := os.ReadFile(filepath.Join(l.home.Dir, "password"))
	if err != nil {
		return err
	}
	l.owner = browser{origin: l.home.Origin, acting: make(chan struct{}), client: &http.Client{Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	_, err = l.owner.send(ctx, "/login", map[string]string{"handle": "owner", "password": strings.TrimSpace(string(password))}, nil)
	return err
}

// send posts a form, as a browser does, and returns where the answer leads.
// Anything but a redirect is an error.
func (b browser) send(ctx context.Context, path string, fields map[string]string, photo []byte) (string, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		_ = form.WriteField(name, value)
	}
	if photo != nil {
		w, _ := form.CreateFormFile("media_1", "photo.png")
		_, _ = w.Write(photo)
	}
	_ = form.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.origin+path, &body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Origin", b.origin)
	select {
	case b.acting <- struct{}{}:
	default:
	}
	res, err := b.client.Do(req)
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

// read is a page of the home; empty if it cannot be had.
func (b browser) read(ctx context.Context, path string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.origin+path, nil)
	if err != nil {
		return ""
	}
	res, err := b.client.Do(req)
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK {
		return ""
	}
	return string(text)
}
