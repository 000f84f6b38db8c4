package mastodon

import (
	"context"

	"croft/social"
	"croft/store"
)

// conversation is what direct posts between the same people make (entity
// Conversation).
type conversation struct {
	ID       string    `json:"id"`
	Unread   bool      `json:"unread"`
	Accounts []account `json:"accounts"`
	Last     *status   `json:"last_status"`
}

// getConversations are they, numbered by their last post.
func (a *API) getConversations(c *Call) (Answer, error) {
	return walk(a, c, 20, 40,
		func(span store.Span) ([]store.Conversation, error) { return a.store.ListConversations(c.Context, span) },
		func(one store.Conversation) social.ID { return one.Last.ID },
		func(all []store.Conversation) (any, error) { return a.conversations(c, all) })
}

func (a *API) conversations(c *Call, all []store.Conversation) ([]conversation, error) {
	unread, err := a.store.ListUnreadConversations(c.Context)
	if err != nil {
		return nil, err
	}
	var posts []*social.Post
	for _, one := range all {
		posts = append(posts, one.Last)
	}
	statuses, err := a.statuses(c, posts)
	if err != nil {
		return nil, err
	}
	shown := []conversation{}
	for i, one := range all {
		v := conversation{ID: one.Key, Unread: unread[one.Key] > 0, Accounts: []account{}, Last: &statuses[i]}
		for _, p := range one.With {
			v.Accounts = append(v.Accounts, a.view(c).account(p))
		}
		shown = append(shown, v)
	}
	return shown, nil
}

// conversationAct does something with a conversation, which is named by its last
// post, and returns that.
func (a *API) conversationAct(c *Call, do func(context.Context, social.ID) error) (store.Conversation, error) {
	one, err := a.store.FindConversationByKey(c.Context, c.Param("id"))
	if err == nil {
		err = do(c.Context, one.Last.ID)
	}
	return one, err
}

func (a *API) readConversation(c *Call) (Answer, error) {
	one, err := a.conversationAct(c, a.timeline.ReadConversation)
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.conversations(c, []store.Conversation{one})
	if err != nil {
		return Answer{}, err
	}
	return answer(shown[0]), nil
}

// putAway takes a conversation off the list until somebody writes again.
func (a *API) putAway(c *Call) (Answer, error) {
	_, err := a.conversationAct(c, a.timeline.PutAwayConversation)
	return answer(struct{}{}), err
}
