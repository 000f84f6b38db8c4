package server

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"croft/media"
	"croft/social"
	"croft/static"
)

// sendFile sends a file of the media folder: as what it is, never as a page.
func sendFile(c echo.Context, name string, f media.File, cache string) error {
	defer f.Close()
	h := c.Response().Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Type", f.MediaType)
	h.Set("Cache-Control", cache)
	h["Access-Control-Allow-Origin"] = anyOrigin // apps in browsers look at the colours of pictures (Phanpy)
	http.ServeContent(c.Response(), c.Request(), name, f.ModTime, f)
	return nil
}

const forEver = "public, max-age=31536000, immutable"

// getMedia sends a file of the owner's. Its name is its key: nobody finds it
// who was not shown the post it belongs to.
func (s *Server) getMedia(c echo.Context) error {
	name := c.Param("name")
	f, err := s.media.Open(name)
	if err != nil {
		return err
	}
	return sendFile(c, name, f, forEver)
}

// getStatic sends a part of the pages themselves.
func (s *Server) getStatic(c echo.Context) error { return sendStatic(c, s.static) }

func sendStatic(c echo.Context, files *static.Files) error {
	f, err := files.Open(c.Param("name"))
	if err != nil {
		return err
	}
	body, encoding := f.For(c.Request().Header.Get("Accept-Encoding"))
	h := c.Response().Header()
	h.Set("Cache-Control", forEver)
	h.Set("Vary", "Accept-Encoding")
	h["Access-Control-Allow-Origin"] = anyOrigin // stand-ins are pictures, too
	h["Content-Security-Policy"] = fileHeader    // short, too: it is sent with every file
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	return c.Blob(http.StatusOK, f.MediaType, body)
}

// remotePath is where a picture of another server is shown by this home, named
// by what it belongs to, so that nobody can have it fetch what they like. The
// address changes with the picture's, and where it shall stand still.
func remotePath(kind string, id social.ID, name, address string, still bool) string {
	if address == "" {
		return ""
	}
	path := "/media/remote/" + kind + "/" + id.String()
	if name != "" {
		path += "/" + name
	}
	path += "?v=" + versionOf(address)
	if still {
		path += "&still=1"
	}
	return path
}

// versionOf is a short word that changes with an address.
func versionOf(address string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(address)) // never fails
	return strconv.FormatUint(uint64(hash.Sum32()), 36)
}

// sealedPath is remotePath for an app of the owner's.
func (s *Server) sealedPath(kind string, id social.ID, name, address string, still bool) string {
	path := remotePath(kind, id, url.PathEscape(name), address, still)
	if path != "" {
		path += "&seal=" + s.seals.of(kind, id, name, versionOf(address))
	}
	return path
}

// getRemoteMedia shows a picture of another server. It is fetched for the owner
// only, and their apps; a visitor sees what is here already, else a stand-in.
func (s *Server) getRemoteMedia(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, kind := c.Request().Context(), c.Param("kind")
	own := s.signedIn(c) || s.seals.opens(c, id)
	address, err := s.remoteAddress(ctx, social.Viewer{Owner: own}, kind, id, c.Param("name"))
	if err != nil {
		return err
	}
	f, err := s.media.Cached(address)
	if own && err != nil {
		f, err = s.media.Cache(ctx, address, func(ctx context.Context) (io.ReadCloser, error) {
			body, _, err := s.node.FetchMedia(ctx, address)
			return body, err
		})
	}
	if err == nil && own && c.QueryParam("still") != "" {
		f, err = s.media.Still(ctx, f)
	}
	if err != nil {
		return s.sendStandIn(c, kind)
	}
	return sendFile(c, kind, f, "private, max-age=604800")
}

// sendStandIn shows our own picture in place of one that cannot be had.
func (s *Server) sendStandIn(c echo.Context, kind string) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "private, max-age=60")
	h["Access-Control-Allow-Origin"] = anyOrigin
	path := s.assets.Header
	if kind == "avatar" {
		path = s.assets.Avatar
	}
	return c.Redirect(http.StatusFound, path)
}

// remoteAddress is where another server keeps a picture that we know of. That of
// a post is nobody's who may not see the post: its number can be guessed.
func (s *Server) remoteAddress(ctx context.Context, v social.Viewer, kind string, id social.ID, name string) (string, error) {
	var address string
	switch kind {
	case "avatar", "header", "actor-emoji":
		actor, err := s.store.FindActor(ctx, id)
		if err != nil {
			return "", err
		}
		switch kind {
		case "avatar":
			address = actor.Avatar.RemoteURL
		case "header":
			address = actor.Header.RemoteURL
		default:
			address = emojiAddress(actor.Emojis, name)
		}
	case "attachment":
		m, err := s.store.FindAttachment(ctx, id)
		if err != nil {
			return "", err
		}
		post, err := s.store.FindPost(ctx, m.PostID)
		if err != nil {
			return "", err
		}
		if m.Kind == social.MediaImage && post.VisibleTo(v) {
			address = m.RemoteURL
		}
	case "reaction":
		like, err := s.store.FindLikeByID(ctx, id)
		if err != nil {
			return "", err
		}
		post, err := s.store.FindPost(ctx, like.PostID)
		if err != nil {
			return "", err
		}
		if post.VisibleTo(v) {
			address = like.Picture
		}
	case "post-emoji":
		post, err := s.store.FindPost(ctx, id)
		if err != nil {
			return "", err
		}
		if post.VisibleTo(v) {
			address = emojiAddress(post.Emojis, name)
		}
	}
	if address == "" {
		return "", fmt.Errorf("picture %s of %s: %w", kind, id, social.ErrNotFound)
	}
	return address, nil
}

func emojiAddress(emojis []social.Emoji, name string) string {
	for _, e := range emojis {
		if e.Name == name {
			return e.RemoteURL
		}
	}
	return ""
}

// openUpload opens the file that a form carries in a field; nil if there is none.
func openUpload(c echo.Context, field string) (io.ReadCloser, error) {
	f, header, err := c.Request().FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w: %w", field, err, social.ErrInvalid)
	}
	if header.Size == 0 {
		return nil, f.Close()
	}
	return f, nil
}
