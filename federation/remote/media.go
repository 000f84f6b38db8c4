package remote

import (
	"context"
	"fmt"
	"io"

	"croft/social"
)

// FetchMedia opens a picture or another file of at most limit bytes, asked for
// without a signature. It may be redirected to another host, as stores of media
// do. The media type is what its server says and needs a look at the bytes. The
// body must be closed; reading beyond the limit gives ErrInvalid, and a body that
// ends early ErrUnavailable.
func (c *Client) FetchMedia(ctx context.Context, address string, limit int64) (io.ReadCloser, string, error) {
	ctx, cancel := hurry(ctx, c.guard.media)
	a, err := c.get(ctx, address, question{accept: "image/*, video/*, audio/*, */*;q=0.5"})
	if err == nil && a.ContentLength > limit {
		a.Body.Close()
		err = tooLarge(limit)
	}
	if err != nil {
		cancel()
		return nil, "", fmt.Errorf("fetch media %.200s: %w", address, err)
	}
	mediaType, _ := parseMediaType(a.Header.Get("Content-Type"))
	return &file{body: a.Body, left: limit, limit: limit, cancel: cancel}, mediaType, nil
}

// file is a body with a limit that is an error, not an end.
type file struct {
	body        io.ReadCloser
	left, limit int64
	cancel      context.CancelFunc
}

// Read reads on, one byte beyond the limit at most.
func (f *file) Read(p []byte) (int, error) {
	if f.left < 0 {
		return 0, tooLarge(f.limit)
	}
	if int64(len(p)) > f.left+1 {
		p = p[:f.left+1]
	}
	n, err := f.body.Read(p)
	if f.left -= int64(n); f.left < 0 {
		return n - 1, tooLarge(f.limit)
	}
	return n, err
}

// Close frees the connection.
func (f *file) Close() error {
	defer f.cancel()
	return f.body.Close()
}

// Page is a web page as it was found.
type Page struct {
	URL  string // where it was found in the end
	Body []byte // HTML, cut off after 1 MiB
}

// FetchPage fetches a web page for what its links say (rel=me) and how it
// describes itself. Only HTML is accepted; a page of more than 1 MiB is cut, not
// refused, since what is sought stands at its beginning.
func (c *Client) FetchPage(ctx context.Context, address string) (Page, error) {
	ctx, cancel := hurry(ctx, c.guard.total)
	defer cancel()
	page, err := c.fetchPage(ctx, address)
	if err != nil {
		return Page{}, fmt.Errorf("fetch page %.200s: %w", address, err)
	}
	return page, nil
}

func (c *Client) fetchPage(ctx context.Context, address string) (Page, error) {
	a, err := c.get(ctx, address, question{accept: "text/html, application/xhtml+xml;q=0.9", allows: isHTML})
	if err != nil {
		return Page{}, err
	}
	defer a.Body.Close()
	data, err := io.ReadAll(io.LimitReader(a.Body, maxDocument))
	if err != nil {
		return Page{}, err
	}
	if len(data) == 0 {
		return Page{}, fmt.Errorf("empty page: %w", social.ErrInvalid)
	}
	return Page{URL: a.url.String(), Body: data}, nil
}
