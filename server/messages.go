package server

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// getMessages lists the conversations of direct posts.
func (s *Server) getMessages(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	found, err := s.store.ListConversations(c.Request().Context(), store.Below(from, pageSize))
	if err != nil {
		return err
	}
	d := templates.MessagesPage{}
	if d.Page, err = s.page(c, "Messages", templates.RoomMessages); err != nil {
		return err
	}
	if d.Conversations, err = s.conversationViews(c, found); err != nil {
		return err
	}
	d.Older = older(templates.PathMessages, nil, len(found), func() social.ID { return found[len(found)-1].Last.ID })
	return s.show(c, http.StatusOK, templates.Messages(d))
}

func (s *Server) conversationViews(c echo.Context, found []store.Conversation) ([]templates.ConversationView, error) {
	var posts []*social.Post
	var people []*social.Actor
	for _, one := range found {
		posts, people = append(posts, one.Last), append(people, one.With...)
	}
	k, err := s.plainSight(c, posts, people)
	if err != nil {
		return nil, err
	}
	unread, err := s.store.ListUnreadConversations(c.Request().Context())
	if err != nil {
		return nil, err
	}
	views := make([]templates.ConversationView, 0, len(found))
	for _, one := range found {
		views = append(views, templates.ConversationView{
			People: k.people(one.With), Last: k.post(one.Last),
			Href: templates.MessagePath(one.Last.ID), Unread: unread[one.Key],
		})
	}
	return views, nil
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
	d := templates.ConversationPage{MaxText: s.timeline.MaxPost(), ReplyTo: id}
	if d.Page, err = s.page(c, withWhom(conversation.With), templates.RoomMessages); err != nil {
		return err
	}
	unread, err := s.store.ListUnreadConversations(ctx)
	if err != nil {
		return err
	}
	if from == 0 {
		d.Unread = unread[conversation.Key]
	}
	k, err := s.plainSight(c, posts, conversation.With)
	if err != nil {
		return err
	}
	d.Earlier = older(templates.MessagePath(id), nil, len(posts), func() social.ID { return posts[len(posts)-1].ID })
	if len(posts) > 0 && from == 0 {
		d.ReplyTo = posts[0].ID
	}
	if err := s.beginAnswer(c, &d); err != nil {
		return err
	}
	if k.answered, err = s.answeredOpenly(c, posts); err != nil {
		return err
	}
	slices.Reverse(posts)
	d.People, d.Posts = k.people(conversation.With), k.posts(posts)
	return s.show(c, http.StatusOK, templates.Conversation(d))
}

// answeredOpenly are the posts that letters answer and that are no letters
// themselves.
func (s *Server) answeredOpenly(c echo.Context, posts []*social.Post) (map[social.ID]*social.Post, error) {
	all, err := s.answered(c, posts)
	for id, p := range all {
		if p.Visibility == social.Direct {
			delete(all, id)
		}
	}
	return all, err
}

// withWhom is the title of a conversation.
func withWhom(people []*social.Actor) string {
	switch len(people) {
	case 0:
		return "Conversation"
	case 1:
		return "Messages with " + people[0].DisplayName()
	default:
		return "Messages with " + people[0].DisplayName() + " and " + templates.Plural(len(people)-1, "other", "others")
	}
}

// postConversationRead marks a conversation as read, up to the post that is
// named.
func (s *Server) postConversationRead(c echo.Context) error {
	return act(c, s.timeline.ReadConversation, templates.MessagePath)
}

// postConversationAway takes a conversation off the list.
func (s *Server) postConversationAway(c echo.Context) error {
	return act(c, s.timeline.PutAwayConversation, func(social.ID) string { return templates.PathMessages })
}

// beginAnswer fills in what an answer starts with.
func (s *Server) beginAnswer(c echo.Context, d *templates.ConversationPage) error {
	draft, err := s.timeline.ReplyDraft(c.Request().Context(), d.ReplyTo)
	if err != nil {
		return err
	}
	d.Text, d.Language, d.Warning = draft.Text, draft.Language, draft.Warning
	return nil
}
