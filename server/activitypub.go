package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"croft/federation"
	"croft/social"
)

const activityType = "application/activity+json; charset=utf-8"

// sendActivity answers with an ActivityPub document. What a signature may have opened
// is for whoever signed, and for no cache between (attack PRI-03).
func sendActivity(c echo.Context, status int, body []byte, err error) error {
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h["Vary"] = answerVaries
	if c.Request().Header.Get("Signature") != "" { // as both schemes have it
		h["Cache-Control"] = signedCache
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	return c.Blob(status, activityType, body)
}

var signedCache = []string{"private, no-store"}

// pageOf is where a page of a collection begins: "0" for the first page, empty
// for the collection itself (social.Site.FirstPage).
func pageOf(c echo.Context) string {
	if c.QueryParam("page") != "" {
		return "0"
	}
	return c.QueryParam("before")
}

func (s *Server) getInstance(c echo.Context) error {
	body, err := s.node.InstanceDocument(c.Request().Context())
	return sendActivity(c, http.StatusOK, body, err)
}

func (s *Server) getInstanceOutbox(c echo.Context) error {
	body, err := s.node.InstanceOutbox()
	return sendActivity(c, http.StatusOK, body, err)
}

// getActor is the owner: a page for a browser, a document for a server.
func (s *Server) getActor(c echo.Context) error {
	if !wantsActivity(c.Request()) {
		return s.getProfile(c)
	}
	body, err := s.node.ActorDocument(c.Request().Context())
	return sendActivity(c, http.StatusOK, body, err)
}

// getObject is a post of the owner's: a page for a browser, a document for a
// server, a tombstone where it was deleted.
func (s *Server) getObject(c echo.Context) error {
	if !wantsActivity(c.Request()) {
		return s.getPost(c)
	}
	id, err := pathID(c)
	if err != nil {
		return err
	}
	viewer, err := s.node.Viewer(c.Request())
	if err != nil {
		return err
	}
	body, err := s.node.PostDocument(c.Request().Context(), id, viewer)
	if errors.Is(err, social.ErrGone) {
		body, err = s.node.TombstoneDocument(c.Request().Context(), id)
		return sendActivity(c, http.StatusGone, body, err)
	}
	return sendActivity(c, http.StatusOK, body, err)
}

// getPart is something that belongs to a post and has no page of its own.
func (s *Server) getPart(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	viewer, err := s.node.Viewer(c.Request())
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	var body []byte
	switch part := c.Param("part"); part {
	case "activity":
		body, err = s.node.ActivityDocument(ctx, id, viewer)
	case "replies":
		body, err = s.node.Replies(ctx, id, viewer, pageOf(c))
	case "likes":
		body, err = s.node.Likes(ctx, id, viewer)
	case "shares":
		body, err = s.node.Shares(ctx, id, viewer)
	case "context":
		body, err = s.node.Thread(ctx, id, viewer)
	default:
		err = fmt.Errorf("part %.100q: %w", part, social.ErrNotFound)
	}
	return sendActivity(c, http.StatusOK, body, err)
}

func (s *Server) getOutbox(c echo.Context) error {
	return s.collectionFor(c, func(ctx context.Context, v social.Viewer) ([]byte, error) {
		return s.node.Outbox(ctx, v, pageOf(c))
	})
}

// getOwnFollowers is who follows the owner: a page for a browser, a collection
// for a server.
func (s *Server) getOwnFollowers(c echo.Context) error {
	if wantsActivity(c.Request()) {
		return s.collection(c, s.node.Followers)
	}
	return s.showOwnCircle(c, "Followers", s.store.CountFollowers, s.store.ListFollowers)
}

// getOwnFollowing is getOwnFollowers for those whom the owner follows.
func (s *Server) getOwnFollowing(c echo.Context) error {
	if wantsActivity(c.Request()) {
		return s.collection(c, s.node.Following)
	}
	return s.showOwnCircle(c, "Following", s.store.CountFollowing, s.store.ListFollowing)
}

func (s *Server) collection(c echo.Context, make func(ctx context.Context) ([]byte, error)) error {
	body, err := make(c.Request().Context())
	return sendActivity(c, http.StatusOK, body, err)
}

func (s *Server) getFeatured(c echo.Context) error {
	return s.collectionFor(c, s.node.Featured)
}

func (s *Server) getFeaturedTags(c echo.Context) error { return s.collection(c, s.node.FeaturedTags) }

// getStamp is the owner's leave to quote a post of theirs.
func (s *Server) getStamp(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	body, err := s.node.StampDocument(c.Request().Context(), id)
	return sendActivity(c, http.StatusOK, body, err)
}

func (s *Server) getFollowersOf(c echo.Context) error {
	return s.collectionFor(c, s.node.FollowersOf)
}

func (s *Server) collectionFor(c echo.Context, make func(context.Context, social.Viewer) ([]byte, error)) error {
	viewer, err := s.node.Viewer(c.Request())
	if err != nil {
		return err
	}
	body, err := make(c.Request().Context(), viewer)
	return sendActivity(c, http.StatusOK, body, err)
}

// postInbox takes what another server says: 202 once it is on disk. Size and
// type are looked at before anything else.
func (s *Server) postInbox(c echo.Context) error {
	req := c.Request()
	if !federation.IsActivityPub(req.Header) {
		return echo.NewHTTPError(http.StatusUnsupportedMediaType)
	}
	if req.ContentLength > bodyLimit {
		return &http.MaxBytesError{Limit: bodyLimit}
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), req.Body, bodyLimit))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return tooLarge
	}
	if err != nil {
		return fmt.Errorf("read body: %w: %w", err, social.ErrInvalid)
	}
	if err := s.node.Admit(req, body); err != nil {
		return err
	}
	return c.NoContent(http.StatusAccepted)
}
