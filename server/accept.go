package server

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/labstack/echo/v4"
)

// wantsActivity reports whether a request asks for ActivityPub rather than for
// a page: it accepts one of the two types (ActivityPub §3.2), and not a page
// with greater preference.
func wantsActivity(req *http.Request) bool {
	var activity, page float64
	for _, value := range req.Header["Accept"] {
		for one := range strings.SplitSeq(value, ",") {
			kind, rest, _ := strings.Cut(one, ";")
			switch strings.ToLower(strings.TrimSpace(kind)) {
			case "application/activity+json", "application/ld+json":
				activity = max(activity, quality(rest))
			case "text/html", "application/xhtml+xml":
				page = max(page, quality(rest))
			}
		}
	}
	return activity > 0 && activity >= page
}

// quality reads the q of a type's parameters; without one it is 1.
func quality(parameters string) float64 {
	for one := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(one), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			if err != nil || q < 0 || q > 1 {
				return 0
			}
			return q
		}
	}
	return 1
}

// accepts reports whether the client takes a content encoding.
func accepts(req *http.Request, encoding string) bool {
	for one := range strings.SplitSeq(req.Header.Get("Accept-Encoding"), ",") {
		name, rest, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			return quality(rest) > 0
		}
	}
	return false
}

// compressFrom is the size below which compressing is not worth it.
const compressFrom = 1024

var (
	etagSeed = maphash.MakeSeed()
	gzips    = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, 5); return w }} // the level is a valid one
	zstds    = sync.Pool{New: func() any {
		w, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10)) // valid options
		return w
	}}
)

// sendBody sends what was rendered: not at all if the client has it already,
// compressed if the client can read that.
func sendBody(c echo.Context, status int, body []byte) error {
	req, header := c.Request(), c.Response().Header()
	etag := fmt.Sprintf(`W/"%x"`, maphash.Bytes(etagSeed, body))
	if status == http.StatusOK && header.Get("Cache-Control") != "no-store" {
		header.Set("ETag", etag)
		if strings.Contains(req.Header.Get("If-None-Match"), etag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	if len(body) >= compressFrom {
		var packed bytes.Buffer
		switch {
		case accepts(req, "zstd"):
			w, _ := zstds.Get().(*zstd.Encoder)
			defer zstds.Put(w)
			w.Reset(&packed)
			if _, err := w.Write(body); err != nil {
				return err
			}
			if err := w.Close(); err != nil {
				return err
			}
			header.Set("Content-Encoding", "zstd")
			body = packed.Bytes()
		case accepts(req, "gzip"):
			w, _ := gzips.Get().(*gzip.Writer)
			defer gzips.Put(w)
			w.Reset(&packed)
			if _, err := w.Write(body); err != nil {
				return err
			}
			if err := w.Close(); err != nil {
				return err
			}
			header.Set("Content-Encoding", "gzip")
			body = packed.Bytes()
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(status)
	_, err := c.Response().Write(body)
	return err
}
