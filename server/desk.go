package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
	"croft/timeline"
)

// postCompose publishes what was written, or keeps it as a draft.
func (s *Server) postCompose(c echo.Context) error {
	return s.takeDesk(c, desk{mode: templates.ComposeNew}, func(ctx context.Context, d social.Draft) error {
		switch c.FormValue("act") {
		case "draft":
			return s.saveDraft(c, d)
		case "schedule":
			return s.scheduleDraft(c, d)
		}
		if c.FormValue("publish_at") != "" {
			return social.InvalidField("publish_at", "There is a time here. Press Schedule, or empty it to post now.")
		}
		post, err := s.timeline.Publish(ctx, d)
		if err != nil {
			return err
		}
		return s.done(c, afterwards(c.FormValue("next"), post.ID), "Your post is out."+unheard(post))
	})
}

// unheard says whom a post names who could not be found; empty if all were.
func unheard(post *social.Post) string {
	unfound := timeline.Unfound(post)
	if len(unfound) == 0 {
		return ""
	}
	const most = 3 // the sentence goes into a cookie
	var names []string
	for _, h := range unfound[:min(len(unfound), most)] {
		names = append(names, h.String())
	}
	if more := len(unfound) - most; more > 0 {
		names = append(names, templates.Count(more)+" more")
	}
	if len(names) == 1 {
		return " " + names[0] + " could not be found, so nobody there was told."
	}
	last := len(names) - 1
	return " " + strings.Join(names[:last], ", ") + " and " + names[last] + " could not be found, so nobody there was told."
}

// afterwards is where to go from the desk: back home or to a conversation, if
// that was where the form stood, else to the post. An answer in place, too, leads
// to its own page: a wide thread shows not all of them at once.
func afterwards(next string, id social.ID) string {
	if next == templates.PathHome || strings.HasPrefix(next, templates.PathMessages+"/") {
		return next
	}
	return templates.PostPath(id)
}

func (s *Server) postEdit(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	k := desk{mode: templates.ComposeEdit, post: id}
	return s.takeDesk(c, k, func(ctx context.Context, d social.Draft) error {
		if err := s.timeline.Edit(ctx, id, d); err != nil {
			return err
		}
		post, err := s.store.FindPost(ctx, id)
		if err != nil {
			return err
		}
		return s.done(c, templates.PostPath(id), "The edit is saved. Everybody who got the post is told."+unheard(post))
	})
}

// takeDesk reads the desk's form, takes its files in, and does what its button
// says. Where something is wrong the desk comes back: what is wrong stands
// beside its field, and nothing that was typed or uploaded is lost.
func (s *Server) takeDesk(c echo.Context, k desk, save func(context.Context, social.Draft) error) error {
	if err := readForm(c); err != nil {
		return err
	}
	var problems []social.Problem
	k.draft, problems = parseDraft(c)
	taken, err := s.takePhotos(c)
	if err != nil {
		return err
	}
	k.draft.Attachments, k.alts, k.typed, problems = taken.ids, taken.alts, taken.typed, append(problems, taken.problems...)
	act := c.FormValue("act")
	k.preview = act == "preview"
	if len(problems) == 0 && act != "upload" && !k.preview {
		err := save(c.Request().Context(), k.draft)
		if err == nil {
			return nil
		}
		if problems, err = formProblems(err); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.showDesk(c, status, k, problems)
}

// parseDraft reads the words of the composer's form.
func parseDraft(c echo.Context) (social.Draft, []social.Problem) {
	d := social.Draft{
		Text: social.Lines(c.FormValue("text")), Warning: strings.TrimSpace(c.FormValue("warning")), Language: c.FormValue("language"),
		Sensitive: c.FormValue("sensitive") != "", Visibility: social.Visibility(c.FormValue("visibility")),
	}
	d.Poll, d.MayReply, d.MayQuote = parsePoll(c), social.MayReply(c.FormValue("may_reply")), social.MayQuote(c.FormValue("may_quote"))
	if id, err := social.ParseID(c.FormValue("quote")); err == nil && c.FormValue("unquote") == "" {
		d.QuoteID = id
	}
	if id, err := social.ParseID(c.FormValue("in_reply_to")); err == nil {
		d.InReplyToID = id
	}
	if id, err := social.ParseID(c.FormValue("draft")); err == nil {
		d.ID = id
	}
	if !social.ValidLanguage(d.Language) {
		d.Language = ""
		return d, []social.Problem{{Field: "language", Text: "Choose one of the languages, or none."}}
	}
	return d, nil
}

// parsePoll reads the poll of the composer's form; nil if no answer was typed.
func parsePoll(c echo.Context) *social.NewPoll {
	poll := &social.NewPoll{Multiple: c.FormValue("poll_multiple") != "", HideTotals: c.FormValue("poll_hide") != ""}
	for n := range social.MaxOptions {
		if option := strings.TrimSpace(c.FormValue("option_" + strconv.Itoa(n+1))); option != "" {
			poll.Options = append(poll.Options, option)
		}
	}
	minutes, _ := strconv.Atoi(c.FormValue("poll_lasts"))
	if poll.Lasts = time.Duration(minutes) * time.Minute; len(poll.Options) == 0 {
		return nil
	}
	return poll
}
