package mastodon

import (
	"croft/social"
	"croft/store"
)

// quote is what a post quotes (entity Quote). What is not approved, or not for
// whoever asks, is not there.
type quote struct {
	State  string  `json:"state"`
	Status *status `json:"quoted_status"`
}

// shallowQuote stands within what is quoted itself (entity ShallowQuote).
type shallowQuote struct {
	State string  `json:"state"`
	ID    *string `json:"quoted_status_id"`
}

// quoteApproval says who may quote a post (entity QuoteApproval).
type quoteApproval struct {
	Automatic   []string `json:"automatic"`
	Manual      []string `json:"manual"`
	CurrentUser string   `json:"current_user"` // automatic, manual, denied or unknown
}

// quoting are the calls about quotes.
func (a *API) quoting() []Route {
	return []Route{
		{get, "/api/v1/statuses/:id/quotes", "read:statuses", 0, a.getQuotes},
		{post, "/api/v1/statuses/:id/quotes/:quoting/revoke", "write:statuses", 0, a.postRevokeQuote},
		{put, "/api/v1/statuses/:id/interaction_policy", "write:statuses", 0, a.putInteractionPolicy},
	}
}

// addQuotes puts what posts quote into them; of those that are quoted themselves
// only the number of what they quote.
func (a *API) addQuotes(c *Call, posts []*social.Post, shown []status) error {
	quoted, err := a.timeline.Quoted(c.Context, posts, c.viewer())
	if err != nil {
		return err
	}
	var inner []*social.Post
	at := map[string]int{}
	for _, p := range quoted {
		at[p.URI] = len(inner)
		inner = append(inner, p)
	}
	within, err := a.plainStatuses(c, inner)
	if err != nil {
		return err
	}
	deeper, err := a.timeline.Quoted(c.Context, inner, c.viewer())
	if err != nil {
		return err
	}
	for i, p := range inner {
		if p.Quote != nil {
			v := shallowQuote{State: stateOf(p, deeper[p.Quote.URI])}
			if q := deeper[p.Quote.URI]; q != nil && v.State == "accepted" {
				v.ID = new(q.ID.String())
			}
			within[i].Quote = v
		}
	}
	for i, p := range posts {
		if p.Quote == nil {
			continue
		}
		v := quote{State: stateOf(p, quoted[p.Quote.URI])}
		if j, ok := at[p.Quote.URI]; ok && v.State == "accepted" {
			v.Status = &within[j]
		}
		shown[i].Quote = v
	}
	return nil
}

// stateOf is how far a quote has come, as whoever asks may know it.
func stateOf(p, quoted *social.Post) string {
	switch {
	case p.Quote.State != social.QuoteAccepted:
		return string(p.Quote.State)
	case quoted == nil:
		return "unauthorized"
	case !quoted.DeletedAt.IsZero():
		return "deleted"
	default:
		return "accepted"
	}
}

// approval says who may quote a post, and whether the owner may.
func (k sight) approval(p *social.Post) quoteApproval {
	v := quoteApproval{Automatic: []string{}, Manual: []string{}, CurrentUser: "denied"}
	if !p.Visibility.IsOpen() {
		if p.Quotable() && k.owner {
			v.CurrentUser = "automatic"
		}
		return v
	}
	switch p.MayQuote {
	case social.MayQuoteAsked:
		v.Manual, v.CurrentUser = []string{"public"}, "manual"
	case social.MayQuoteUnknown:
		v.CurrentUser = "unknown"
	case social.MayQuoteNobody:
	default:
		v.Automatic = []string{string(p.MayQuote)}
		if p.MayQuote == social.MayQuoteAnybody {
			v.CurrentUser = "automatic"
		}
		relation := k.relations[p.AuthorID]
		if p.MayQuote == social.MayQuoteFollowers && relation.Following == social.FollowAccepted || p.MayQuote == social.MayQuoteFollowed && relation.FollowedBy == social.FollowAccepted {
			v.CurrentUser = "automatic"
		}
	}
	if p.Local {
		v.CurrentUser = "automatic"
	}
	if !k.owner {
		v.CurrentUser = "unknown"
	}
	return v
}

// getQuotes is what quotes a post with leave, numbered by itself.
func (a *API) getQuotes(c *Call) (Answer, error) {
	p, err := a.onePost(c)
	if err != nil {
		return Answer{}, err
	}
	return walk(a, c, 20, 40,
		func(span store.Span) ([]*social.Post, error) {
			return a.store.ListQuotes(c.Context, p.URI, c.viewer(), span)
		},
		func(q *social.Post) social.ID { return q.ID },
		func(quotes []*social.Post) (any, error) { return a.statuses(c, quotes) })
}

// postRevokeQuote takes back the owner's leave to quote a post of theirs.
func (a *API) postRevokeQuote(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	quoting, err := c.id("quoting")
	if err != nil {
		return Answer{}, err
	}
	if err := a.timeline.RevokeQuote(c.Context, id, quoting); err != nil {
		return Answer{}, err
	}
	return a.answerStatus(c, quoting)
}

// mayQuoteOf reads who may quote a post; before if it is not said.
func (c *Call) mayQuoteOf(param string, before social.MayQuote) (social.MayQuote, error) {
	may := social.MayQuote(c.Form.Get(param))
	if may == "" {
		return before, nil
	}
	if !may.ValidOwn() {
		return "", social.InvalidField(param, "Choose public, followers or nobody.")
	}
	return may, nil
}

func (a *API) putInteractionPolicy(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	may, err := c.mayQuoteOf("quote_approval_policy", "")
	if err == nil && may == "" {
		err = social.InvalidField("quote_approval_policy", "Choose public, followers or nobody.")
	}
	if err != nil {
		return Answer{}, err
	}
	if err := a.timeline.SetMayQuote(c.Context, id, may); err != nil {
		return Answer{}, err
	}
	return a.answerStatus(c, id)
}
