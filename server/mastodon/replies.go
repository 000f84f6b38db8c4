package mastodon

import (
	"context"
	"strings"

	"croft/social"
	"croft/store"
)

// interactionRequest is a reply that waits for the owner's word, as GoToSocial has
// it: Mastodon knows nothing of the kind.
type interactionRequest struct {
	ID        string  `json:"id"` // the reply's
	Type      string  `json:"type"`
	CreatedAt string  `json:"created_at"`
	Account   account `json:"account"`
	Status    *status `json:"status"`
	Reply     *status `json:"reply"`
	URI       string  `json:"uri"`
}

// answering are the calls about who may reply.
func (a *API) answering() []Route {
	return []Route{
		{get, "/api/v1/interaction_requests", "read:notifications", 0, a.getInteractionRequests},
		{post, "/api/v1/interaction_requests/:id/authorize", "write:statuses", 0, a.onReply(a.timeline.ApproveReply)},
		{post, "/api/v1/interaction_requests/:id/reject", "write:statuses", 0, a.onReply(a.timeline.DeclineReply)},
	}
}

// getInteractionRequests are the replies that wait, numbered by themselves.
func (a *API) getInteractionRequests(c *Call) (Answer, error) {
	return walk(a, c, 40, 80,
		func(span store.Span) ([]*social.Post, error) { return a.store.ListHeldReplies(c.Context, span) },
		func(p *social.Post) social.ID { return p.ID },
		func(replies []*social.Post) (any, error) { return a.interactionRequests(c, replies) })
}

func (a *API) interactionRequests(c *Call, replies []*social.Post) ([]interactionRequest, error) {
	var parents []social.ID
	for _, p := range replies {
		parents = append(parents, p.InReplyToID)
	}
	answered, err := a.store.ListPosts(c.Context, parents)
	if err != nil {
		return nil, err
	}
	said, err := a.statuses(c, replies)
	if err != nil {
		return nil, err
	}
	to, err := a.statuses(c, answered)
	if err != nil {
		return nil, err
	}
	shown := make([]interactionRequest, len(replies))
	for i, p := range replies {
		shown[i] = interactionRequest{ID: p.ID.String(), Type: "reply", CreatedAt: moment(p.PublishedAt), Account: said[i].Account, Reply: &said[i], URI: p.URI}
		for j, q := range answered {
			if q.ID == p.InReplyToID {
				shown[i].Status = &to[j]
			}
		}
	}
	return shown, nil
}

func (a *API) onReply(do func(context.Context, social.ID) error) func(*Call) (Answer, error) {
	return func(c *Call) (Answer, error) {
		id, err := c.id("id")
		if err != nil {
			return Answer{}, err
		}
		return answer(struct{}{}), do(c.Context, id)
	}
}

// mayReplyOf reads who may reply, as GoToSocial's apps say it: the widest of those
// whose replies need no approval. What is not said is everybody.
func (c *Call) mayReplyOf(before social.MayReply) (social.MayReply, error) {
	said, whose := false, map[string]bool{}
	for name, values := range c.Form {
		if rest, ok := strings.CutPrefix(name, "interaction_policy[can_reply]"); ok {
			if said = true; strings.HasPrefix(rest, "[automatic_approval]") || strings.HasPrefix(rest, "[always]") {
				for _, value := range values {
					whose[value] = true
				}
			}
		}
	}
	switch {
	case !said:
		return before, nil
	case whose["public"]:
		return social.MayReplyAnybody, nil
	case whose["followers"]:
		return social.MayReplyFollowers, nil
	case whose["following"]:
		return social.MayReplyFollowed, nil
	case len(whose) == 0 || whose["author"] || whose["me"] || whose["mentioned"]:
		return social.MayReplyNobody, nil
	default:
		return before, social.InvalidField("interaction_policy", "Choose public, followers, following or author.")
	}
}
