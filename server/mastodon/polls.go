package mastodon

import (
	"strconv"
	"strings"
	"time"

	"croft/social"
	"croft/timeline"
)

// poll is a question (entity Poll). own_votes is always there: an app of the
// family crashes without it. How a poll stands that keeps its result back is
// null.
type poll struct {
	ID        string        `json:"id"`
	ExpiresAt *string       `json:"expires_at"`
	Expired   bool          `json:"expired"`
	Multiple  bool          `json:"multiple"`
	Votes     int           `json:"votes_count"`
	Voters    *int          `json:"voters_count"`
	Voted     bool          `json:"voted"`
	OwnVotes  []int         `json:"own_votes"`
	Options   []pollOption  `json:"options"`
	Emojis    []customEmoji `json:"emojis"`
}

type pollOption struct {
	Title string `json:"title"`
	Votes *int   `json:"votes_count"`
}

func (k sight) poll(p *social.Post) *poll {
	if p.Poll == nil {
		return nil
	}
	v := poll{
		ID: p.ID.String(), ExpiresAt: maybeMoment(p.Poll.EndsAt), Multiple: p.Poll.Multiple, Expired: p.Poll.Ended(k.now()),
		OwnVotes: []int{}, Emojis: k.emojis("post-emoji", p.ID, p.Emojis),
	}
	if k.owner {
		v.OwnVotes = append(v.OwnVotes, k.votes[p.ID]...)
		v.Voted = p.Local || len(v.OwnVotes) > 0
	}
	if p.Poll.Multiple {
		v.Voters = new(p.Poll.VoterCount)
	}
	hidden := p.Poll.HideTotals && !v.Expired && !k.owner
	for _, o := range p.Poll.Options {
		option := pollOption{Title: o.Text}
		if v.Votes += o.Votes; !hidden {
			option.Votes = new(o.Votes)
		}
		v.Options = append(v.Options, option)
	}
	return &v
}

// polling are the calls about polls.
func (a *API) polling() []Route {
	return []Route{
		{get, "/api/v1/polls/:id", openTo("read:statuses"), 0, a.getPoll},
		{post, "/api/v1/polls/:id/votes", "write:statuses", 0, a.postVotes},
	}
}

// getPoll is a poll by the number of its post.
func (a *API) getPoll(c *Call) (Answer, error) {
	p, err := a.onePost(c)
	if err == nil && p.Poll == nil {
		err = social.ErrNotFound
	}
	if err != nil {
		return Answer{}, err
	}
	k, err := a.sightOf(c, []*social.Post{p})
	return answer(k.poll(p)), err
}

func (a *API) postVotes(c *Call) (Answer, error) {
	p, err := a.onePost(c)
	if err != nil {
		return Answer{}, err
	}
	choices, err := timeline.ParseChoices(c.list("choices"))
	if err != nil {
		return Answer{}, err
	}
	if err := a.timeline.Vote(c.Context, p.ID, choices); err != nil {
		return Answer{}, err
	}
	return a.getPoll(c)
}

// pollOf reads the poll of a post as the app wrote it; nil if it has none.
func (c *Call) pollOf() (*social.NewPoll, error) {
	asks := false
	for name := range c.Form {
		asks = asks || strings.HasPrefix(name, "poll[")
	}
	if !asks {
		return nil, nil
	}
	poll := &social.NewPoll{Multiple: c.isTrue("poll[multiple]", false), HideTotals: c.isTrue("poll[hide_totals]", false)}
	for _, option := range c.list("poll[options]") {
		poll.Options = append(poll.Options, strings.TrimSpace(option))
	}
	seconds, err := strconv.Atoi(c.Form.Get("poll[expires_in]"))
	if err != nil || seconds < 0 || seconds > int(social.MaxPollLasts/time.Second) {
		return nil, social.InvalidField("poll[expires_in]", "Say in how many seconds the poll ends, from 300 to %d.", int(social.MaxPollLasts/time.Second))
	}
	poll.Lasts = time.Duration(seconds) * time.Second
	return poll, nil
}
