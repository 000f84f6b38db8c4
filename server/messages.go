package server

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// getMessages lists the conversations of direct posts.
func (s *Server) getMessages(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	found, err := s.store.ListConversations(c.Request().Context(), from, pageSize)
	if err != nil {
		return err
	}
	page, err := s.page(c, "Messages", templates.RoomMessages)
	if err != nil {
		return err
	}
	d := templates.MessagesPage{Page: page}
	for _, one := range found {
		d.Conversations = append(d.Conversations, templates.ConversationView{
			People: s.actorViews(one.With), Last: sight{s: s, owner: true}.post(one.Last), Href: templates.MessagePath(one.Last.ID),
		})
	}
	d.Older = older(templates.PathMessages, nil, len(found), func() social.ID { return found[len(found)-1].Last.ID })
	return s.show(c, http.StatusOK, templates.Messages(d))
}

func (s *Server) actorViews(actors []*social.Actor) []templates.ActorView {
	var views []templates.ActorView
	for _, a := range actors {
		views = append(views, s.actorView(a, true))
	}
	return views
}

// getConversation is the conversation to which a direct post belongs.
func (s *Server) getConversation(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	from, err := before(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	conversation, err := s.store.FindConversation(ctx, id)
	if err != nil {
		return err
	}
	posts, err := s.store.ListDirect(ctx, conversation.Key, from, pageSize)
	if err != nil {
		return err
	}
	if len(posts) == 0 {
		return fmt.Errorf("conversation of %s: %w", id, social.ErrNotFound)
	}
	page, err := s.page(c, "Conversation", templates.RoomMessages)
	if err != nil {
		return err
	}
	d := templates.ConversationPage{Page: page, People: s.actorViews(conversation.With), MaxText: s.timeline.MaxPost()}
	d.Earlier = older(templates.MessagePath(id), nil, len(posts), func() social.ID { return posts[len(posts)-1].ID })
	if err := s.beginAnswer(c, &d, posts[0]); err != nil {
		return err
	}
	slices.Reverse(posts)
	if d.Posts, err = s.postViews(c, posts); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, templates.Conversation(d))
}

// beginAnswer fills in what an answer to the last post starts with.
func (s *Server) beginAnswer(c echo.Context, d *templates.ConversationPage, last *social.Post) error {
	draft, _, err := s.timeline.ReplyDraft(c.Request().Context(), last.ID)
	if err != nil {
		return err
	}
	d.ReplyTo, d.Text, d.Language, d.Warning = last.ID, draft.Text, draft.Language, draft.Warning
	return nil
}
