package mastodon

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"croft/social"
)

// toward makes a call of an act toward somebody; what stands between them and
// the owner then is the answer.
func (a *API) toward(act func(context.Context, social.ID) error) func(*Call) (Answer, error) {
	return func(c *Call) (Answer, error) {
		id, err := c.id("id")
		if err != nil {
			return Answer{}, err
		}
		if err := act(c.Context, id); err != nil {
			return Answer{}, err
		}
		return a.answerRelationship(c, id)
	}
}

func (a *API) answerRelationship(c *Call, id social.ID) (Answer, error) {
	relation, err := a.store.FindRelation(c.Context, id)
	if err != nil {
		return Answer{}, err
	}
	return answer(relationshipOf(id, relation)), nil
}

// postFollow follows, and says what is wanted of them. What is not named stays.
func (a *API) postFollow(c *Call) (Answer, error) {
	languages := c.list("languages")
	names := c.Form.Has("languages") || c.Form.Has("languages[]")
	for i, one := range languages {
		languages[i] = strings.ReplaceAll(one, "_", "-")
	}
	return a.toward(func(ctx context.Context, id social.ID) error {
		if err := a.timeline.Follow(ctx, id); err != nil || !(names || c.Form.Has("reblogs") || c.Form.Has("notify")) {
			return err
		}
		return a.timeline.ChangeFollow(ctx, id, func(o *social.FollowOptions) {
			o.HideBoosts = !c.isTrue("reblogs", !o.HideBoosts)
			o.Notify = c.isTrue("notify", o.Notify)
			if names {
				o.Languages = slices.DeleteFunc(languages, func(one string) bool { return one == "" })
			}
		})
	})(c)
}

// maxMute is how far away the end of a mute may be.
const maxMute = 100 * 365 * 24 * time.Hour

// postMute mutes, with an end if a duration in seconds says so. What they cause
// is not notified either, unless the call says so.
func (a *API) postMute(c *Call) (Answer, error) {
	var until time.Time
	if text := c.Form.Get("duration"); text != "" {
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil || !(seconds >= 0 && seconds <= maxMute.Seconds()) {
			return Answer{}, social.InvalidField("duration", "Say for how many seconds, or 0 for good.")
		}
		if seconds > 0 {
			until = a.now().Add(time.Duration(seconds * float64(time.Second)))
		}
	}
	return a.toward(func(ctx context.Context, id social.ID) error {
		return a.timeline.Mute(ctx, id, until, !c.isTrue("notifications", true))
	})(c)
}

// onHost makes a call of an act on a whole server.
func (a *API) onHost(act func(context.Context, string) error) func(*Call) (Answer, error) {
	return func(c *Call) (Answer, error) {
		if err := act(c.Context, c.Form.Get("domain")); err != nil {
			return Answer{}, err
		}
		return answer(struct{}{}), nil
	}
}

// report is a complaint that was sent (entity Report).
type report struct {
	ID          string   `json:"id"`
	ActionTaken bool     `json:"action_taken"`
	ActionAt    *string  `json:"action_taken_at"`
	Category    string   `json:"category"`
	Comment     string   `json:"comment"`
	Forwarded   bool     `json:"forwarded"`
	CreatedAt   string   `json:"created_at"`
	Statuses    []string `json:"status_ids"`
	Rules       []string `json:"rule_ids"`
	Target      account  `json:"target_account"`
}

// postReport tells their server of somebody. Nobody else could be told: who
// reports is who runs this home.
func (a *API) postReport(c *Call) (Answer, error) {
	id, err := social.ParseID(c.Form.Get("account_id"))
	if err != nil {
		return Answer{}, social.ErrNotFound
	}
	posts, err := c.ids("status_ids")
	if err != nil {
		return Answer{}, err
	}
	target, err := a.store.FindActor(c.Context, id)
	if err != nil {
		return Answer{}, err
	}
	sent, err := a.timeline.SendReport(c.Context, id, posts, c.Form.Get("comment"))
	if err != nil {
		return Answer{}, err
	}
	shown := report{
		ID: sent.ID.String(), Category: "other", Comment: sent.Comment, Forwarded: true, CreatedAt: moment(sent.CreatedAt),
		Statuses: []string{}, Target: a.view(c).account(target),
	}
	for _, p := range posts {
		shown.Statuses = append(shown.Statuses, p.String())
	}
	return answer(shown), nil
}

// peopleActs are the calls of this file.
func (a *API) peopleActs() []Route {
	t := a.timeline
	return []Route{
		{post, "/api/v1/accounts/:id/follow", "write:follows", 0, a.postFollow},
		{post, "/api/v1/accounts/:id/unfollow", "write:follows", 0, a.toward(t.Unfollow)},
		{post, "/api/v1/accounts/:id/remove_from_followers", "write:follows", 0, a.toward(t.RemoveFollower)},
		{post, "/api/v1/accounts/:id/block", "write:blocks", 0, a.toward(t.Block)},
		{post, "/api/v1/accounts/:id/unblock", "write:blocks", 0, a.toward(t.Unblock)},
		{post, "/api/v1/accounts/:id/mute", "write:mutes", 0, a.postMute},
		{post, "/api/v1/accounts/:id/unmute", "write:mutes", 0, a.toward(t.Unmute)},
		{post, "/api/v1/follow_requests/:id/authorize", "write:follows", 0, a.toward(t.AcceptFollower)},
		{post, "/api/v1/follow_requests/:id/reject", "write:follows", 0, a.toward(t.RejectFollower)},
		{post, "/api/v1/domain_blocks", "write:blocks", 0, a.onHost(t.BlockHost)},
		{del, "/api/v1/domain_blocks", "write:blocks", 0, a.onHost(t.UnblockHost)},
		{post, "/api/v1/reports", "write:reports", 0, a.postReport},
	}
}
