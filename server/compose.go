package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
	"croft/templates"
)

// desk is what lies on the composer: a draft, and what is done with it.
type desk struct {
	mode  templates.ComposeMode
	post  social.ID // the post being edited
	draft social.Draft
	alts  map[social.ID]string // descriptions of its pictures as typed, where they differ
	typed map[int]string       // descriptions of files that were refused, by their place

	preview bool // it is shown as the post that it will be
}

// getCompose shows the desk: empty, with an answer begun (?reply=), with a
// message to somebody (?to=), or with a draft (?draft=).
func (s *Server) getCompose(c echo.Context) error {
	draft, err := s.beginDraft(c)
	if err != nil {
		return err
	}
	return s.showDesk(c, http.StatusOK, desk{mode: templates.ComposeNew, draft: draft}, nil)
}

func (s *Server) beginDraft(c echo.Context) (social.Draft, error) {
	ctx := c.Request().Context()
	if c.QueryParam("draft") != "" {
		id, err := social.ParseID(c.QueryParam("draft"))
		if err != nil {
			return social.Draft{}, err
		}
		return s.store.FindDraft(ctx, id)
	}
	if c.QueryParam("reply") != "" {
		id, err := social.ParseID(c.QueryParam("reply"))
		if err != nil {
			return social.Draft{}, err
		}
		return s.replyDraft(ctx, id)
	}
	d := social.Draft{Text: c.QueryParam("text"), Visibility: social.Visibility(c.QueryParam("visibility"))}
	if c.QueryParam("quote") != "" {
		id, err := social.ParseID(c.QueryParam("quote"))
		if err != nil {
			return d, err
		}
		d.QuoteID = id
		if _, err := s.onePost(c, id); err != nil {
			return d, err
		}
	}
	if c.QueryParam("to") != "" {
		id, err := social.ParseID(c.QueryParam("to"))
		if err != nil {
			return d, err
		}
		actor, err := s.store.FindActor(ctx, id)
		if err != nil {
			return d, err
		}
		d.Text, d.Visibility = actor.Handle.String()+" ", social.Direct
	}
	begin, err := s.timeline.Writes(ctx)
	d.Language, d.MayReply, d.MayQuote = begin.Language, begin.MayReply, begin.MayQuote
	if !d.Visibility.Valid() {
		d.Visibility = begin.Visibility
	}
	return d, err
}

// replyDraft is what an answer begins with: shown to no more people than the
// owner likes to write for.
func (s *Server) replyDraft(ctx context.Context, id social.ID) (social.Draft, error) {
	draft, err := s.timeline.ReplyDraft(ctx, id)
	if err != nil {
		return draft, err
	}
	begin, err := s.timeline.Writes(ctx)
	draft.Visibility = draft.Visibility.Narrower(begin.Visibility)
	draft.MayReply, draft.MayQuote = begin.MayReply, begin.MayQuote
	return draft, err
}

// answerDefaults are what an answer to a post begins with, where it is shown.
func (s *Server) answerDefaults(ctx context.Context, to *social.Post) (templates.ComposeDefaults, error) {
	draft, err := s.replyDraft(ctx, to.ID)
	return templates.ComposeDefaults{
		Text: draft.Text, Warning: draft.Warning, Sensitive: draft.Sensitive, Language: draft.Language, Visibility: string(draft.Visibility),
		MayReply: draft.MayReply, MayQuote: draft.MayQuote, InReplyTo: to.ID, Widest: to.Visibility, MaxText: s.timeline.MaxPost(),
	}, err
}

// showDesk shows the desk with all that lies on it.
func (s *Server) showDesk(c echo.Context, status int, k desk, problems []social.Problem) error {
	ctx := c.Request().Context()
	page, err := s.page(c, "Write", templates.RoomWrite)
	if err != nil {
		return err
	}
	page.Problems = problems
	if next := c.FormValue("next"); next != "" {
		page.Path = next // a form that comes back still knows where it began
	}
	d := templates.ComposePage{
		Page: page, Mode: k.mode, PostID: k.post, Text: k.draft.Text, Warning: k.draft.Warning, Language: k.draft.Language,
		Visibility: k.draft.Visibility, Sensitive: k.draft.Sensitive, Poll: k.draft.Poll, MayReply: k.draft.MayReply, MayQuote: k.draft.MayQuote, MaxText: s.timeline.MaxPost(), Unsaved: c.Request().Method == post,
	}
	d.SetPublishAt(k.draft.PublishAt, c.FormValue("publish_at"))
	if k.mode == templates.ComposeEdit {
		d.Action = templates.PostAct(k.post, "edit")
	}
	if err := s.addDrafts(ctx, &d, k.draft.ID); err != nil {
		return err
	}
	for _, h := range markup.Scan(k.draft.Text).Mentions {
		d.Recipients = append(d.Recipients, h.String())
	}
	d.Alts = k.typed
	if d.Slots, err = s.mediaSlots(ctx, k.draft.Attachments); err != nil {
		return err
	}
	for i, slot := range d.Slots {
		if alt, ok := k.alts[slot.ID]; ok {
			d.Slots[i].Alt = alt
		}
	}
	if err := s.addReach(ctx, &d); err != nil {
		return err
	}
	if err := s.addQuoted(c, &d, k.draft.QuoteID); err != nil {
		return err
	}
	if err := s.addAnswered(c, &d, k); err != nil {
		return err
	}
	if k.preview {
		post, err := s.timeline.Preview(ctx, k.draft)
		if err != nil {
			return err
		}
		d.Preview = s.previewOf(post)
	}
	return s.show(c, status, templates.Compose(d))
}

// addDrafts says under which draft the desk is kept, if it still is, and how
// many there are.
func (s *Server) addDrafts(ctx context.Context, d *templates.ComposePage, id social.ID) (err error) {
	if d.Drafts, err = s.store.CountDrafts(ctx); err != nil || id == 0 {
		return err
	}
	kept, err := s.store.FindDraft(ctx, id)
	if errors.Is(err, social.ErrNotFound) {
		return nil // the button pressed once more makes it a new one
	}
	d.Draft, d.Scheduled = id, kept.PublishAt
	return err
}

// addReach counts who follows the owner, and on how many servers.
func (s *Server) addReach(ctx context.Context, d *templates.ComposePage) (err error) {
	if d.FollowerCount, err = s.store.CountFollowers(ctx, social.FollowAccepted); err != nil {
		return err
	}
	inboxes, err := s.store.ListFollowerInboxes(ctx)
	hosts := map[string]bool{}
	for _, one := range inboxes {
		hosts[one.Host] = true
	}
	d.FollowerHosts = len(hosts)
	return err
}

// addAnswered shows what is being answered. Where it is gone meanwhile, the
// draft becomes a post of its own.
func (s *Server) addAnswered(c echo.Context, d *templates.ComposePage, k desk) error {
	if k.draft.InReplyToID == 0 || k.mode == templates.ComposeEdit {
		return nil
	}
	view, err := s.onePost(c, k.draft.InReplyToID)
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil
	}
	d.InReplyTo = &view
	if err == nil {
		d.Widest = view.Post.Visibility
	}
	return err
}

// addQuoted shows what is being quoted. Where it is gone meanwhile, the draft quotes
// nothing.
func (s *Server) addQuoted(c echo.Context, d *templates.ComposePage, id social.ID) error {
	if id == 0 {
		return nil
	}
	view, err := s.onePost(c, id)
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil
	}
	d.Quoted = &view
	return err
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
		slots = append(slots, templates.MediaSlot{ID: id, Src: shownFile(m), Alt: m.Alt, FocusX: m.FocusX, FocusY: m.FocusY})
	}
	return slots, nil
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
	return s.showDesk(c, http.StatusOK, desk{mode: templates.ComposeEdit, post: id, draft: draft}, nil)
}
