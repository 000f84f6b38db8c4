package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
	"croft/store"
	"croft/templates"
	"croft/timeline"
)

func (s *Server) getCompose(c echo.Context) error {
	ctx := c.Request().Context()
	draft := social.Draft{Text: c.QueryParam("text"), Language: "en", Visibility: social.Visibility(c.QueryParam("visibility"))}
	if reply := c.QueryParam("reply"); reply != "" {
		id, err := social.ParseID(reply)
		if err != nil {
			return err
		}
		if draft, _, err = s.timeline.ReplyDraft(ctx, id); err != nil {
			return err
		}
	}
	if to := c.QueryParam("to"); to != "" {
		id, err := social.ParseID(to)
		if err != nil {
			return err
		}
		actor, err := s.store.FindActor(ctx, id)
		if err != nil {
			return err
		}
		draft.Text = actor.Handle.String() + " "
	}
	if !draft.Visibility.Valid() {
		draft.Visibility = social.Public
	}
	return s.showCompose(c, http.StatusOK, templates.ComposePage{Mode: templates.ComposeNew}, draft)
}

// showCompose shows the desk with a draft on it.
func (s *Server) showCompose(c echo.Context, status int, d templates.ComposePage, draft social.Draft) error {
	ctx := c.Request().Context()
	page, err := s.page(c, "Write", templates.RoomWrite)
	if err != nil {
		return err
	}
	page.Problems = d.Problems
	page.Path = templates.PathHome // where "next" leads after publishing
	d.Page = page
	d.Text, d.Warning, d.Language = draft.Text, draft.Warning, draft.Language
	d.Visibility, d.Sensitive, d.MaxText = draft.Visibility, draft.Sensitive, s.timeline.MaxPost()
	for _, h := range markup.Scan(draft.Text).Mentions {
		d.Recipients = append(d.Recipients, h.String())
	}
	if d.FollowerCount, err = s.store.CountFollowers(ctx, social.FollowAccepted); err != nil {
		return err
	}
	if d.Slots, err = s.mediaSlots(ctx, draft.Attachments); err != nil {
		return err
	}
	if draft.InReplyToID != 0 && d.Mode != templates.ComposeEdit {
		parent, err := s.store.FindPost(ctx, draft.InReplyToID)
		if err != nil {
			return err
		}
		view := s.postView(parent, store.Mine{}, true)
		d.InReplyTo, d.Widest = &view, parent.Visibility
	}
	return s.show(c, status, templates.Compose(d))
}

// mediaSlots are the pictures of a draft that are still here.
func (s *Server) mediaSlots(ctx context.Context, ids []social.ID) ([]templates.MediaSlot, error) {
	var slots []templates.MediaSlot
	for _, id := range ids {
		m, err := s.store.FindAttachment(ctx, id)
		if errors.Is(err, social.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		slots = append(slots, templates.MediaSlot{ID: id, Src: mediaView(m).Src, Alt: m.Alt, FocusX: m.FocusX, FocusY: m.FocusY})
	}
	return slots, nil
}

// postCompose publishes what was written. What is wrong is said beside its
// field, and nothing that was typed or uploaded is lost.
func (s *Server) postCompose(c echo.Context) error {
	return s.takeDesk(c, templates.ComposePage{Mode: templates.ComposeNew}, func(ctx context.Context, d social.Draft) (string, error) {
		post, err := s.timeline.Publish(ctx, d)
		if err != nil {
			return "", err
		}
		return safePath(c.FormValue("next"), templates.PostPath(post.ID)), nil
	})
}

func (s *Server) getEdit(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	draft, err := s.timeline.EditDraft(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return s.showCompose(c, http.StatusOK, editPage(id), draft)
}

func editPage(id social.ID) templates.ComposePage {
	return templates.ComposePage{Mode: templates.ComposeEdit, PostID: id, Action: templates.PostAct(id, "edit")}
}

func (s *Server) postEdit(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	return s.takeDesk(c, editPage(id), func(ctx context.Context, d social.Draft) (string, error) {
		return templates.PostPath(id), s.timeline.Edit(ctx, id, d)
	})
}

// takeDesk reads the desk's form, takes its files in, and does what its button
// says.
func (s *Server) takeDesk(c echo.Context, page templates.ComposePage, save func(context.Context, social.Draft) (string, error)) error {
	if err := readForm(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	draft := parseDraft(c)
	problems := s.takeUploads(c, &draft)
	var path string
	var err error
	if len(problems) == 0 && c.FormValue("act") != "upload" {
		if path, err = save(ctx, draft); err == nil {
			return c.Redirect(http.StatusSeeOther, path)
		}
		if problems, err = formProblems(err); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page.Problems = problems
	return s.showCompose(c, status, page, draft)
}

// parseDraft reads the words of the composer's form.
func parseDraft(c echo.Context) social.Draft {
	d := social.Draft{
		Text: lines(c.FormValue("text")), Warning: strings.TrimSpace(c.FormValue("warning")), Language: c.FormValue("language"),
		Sensitive: c.FormValue("sensitive") != "", Visibility: social.Visibility(c.FormValue("visibility")),
	}
	if id, err := social.ParseID(c.FormValue("in_reply_to")); err == nil {
		d.InReplyToID = id
	}
	return d
}

// takeUploads keeps the pictures of the form: those that are here already with
// what is said of them now, and new files. What is wrong with one is said
// beside it, and the others are kept.
func (s *Server) takeUploads(c echo.Context, d *social.Draft) []social.Problem {
	var problems []social.Problem
	for n := 1; n <= social.MaxAttachments; n++ {
		number := strconv.Itoa(n)
		id, err := s.takeUpload(c, number)
		if id != 0 {
			d.Attachments = append(d.Attachments, id)
		}
		for _, p := range social.Problems(err) {
			problems = append(problems, social.Problem{Field: "media_" + number, Text: p.Text})
		}
		if err != nil && len(social.Problems(err)) == 0 {
			problems = append(problems, social.Problem{Field: "media_" + number, Text: "The picture could not be kept. Try again in a minute."})
		}
	}
	return problems
}

func (s *Server) takeUpload(c echo.Context, number string) (social.ID, error) {
	ctx := c.Request().Context()
	details := timeline.Details{Alt: strings.TrimSpace(c.FormValue("alt_" + number))}
	if _, err := fmt.Sscanf(c.FormValue("focus_"+number), "%g,%g", &details.FocusX, &details.FocusY); err != nil {
		details.FocusX, details.FocusY = 0, 0 // the middle, where nothing was chosen
	}
	if id, err := social.ParseID(c.FormValue("media_id_" + number)); err == nil {
		if c.FormValue("drop_"+number) != "" {
			return 0, nil
		}
		err := s.timeline.Describe(ctx, id, details)
		if errors.Is(err, social.ErrNotFound) {
			err = nil // of the post that is being edited: told with the edit
		}
		return id, err
	}
	f, err := openUpload(c, "media_"+number)
	if f == nil || err != nil {
		return 0, err
	}
	defer f.Close()
	m, err := s.timeline.Attach(ctx, f, details)
	return m.ID, err
}
