package mastodon

import (
	"time"

	"croft/social"
	"croft/store"
	"croft/timeline"
)

// scheduled is a post that waits for its time (entity ScheduledStatus).
type scheduled struct {
	ID          string          `json:"id"`
	ScheduledAt string          `json:"scheduled_at"`
	Params      scheduledParams `json:"params"`
	Media       []attachment    `json:"media_attachments"`
}

// scheduledParams is the post as it was asked for.
type scheduledParams struct {
	Text        string         `json:"text"`
	Poll        *scheduledPoll `json:"poll"`
	Media       []string       `json:"media_ids"`
	Sensitive   bool           `json:"sensitive"`
	Warning     *string        `json:"spoiler_text"`
	Visibility  string         `json:"visibility"`
	InReplyTo   *string        `json:"in_reply_to_id"`
	Language    *string        `json:"language"`
	Application int            `json:"application_id"`
	ScheduledAt *string        `json:"scheduled_at"`
	Idempotency *string        `json:"idempotency"`
	RateLimit   bool           `json:"with_rate_limit"`
}

type scheduledPoll struct {
	Options    []string `json:"options"`
	ExpiresIn  int      `json:"expires_in"`
	Multiple   bool     `json:"multiple"`
	HideTotals bool     `json:"hide_totals"`
}

// scheduling are the calls about posts that wait for their time.
func (a *API) scheduling() []Route {
	return []Route{
		{get, "/api/v1/scheduled_statuses", "read:statuses", 0, a.getScheduledStatuses},
		{get, "/api/v1/scheduled_statuses/:id", "read:statuses", 0, a.getScheduled},
		{put, "/api/v1/scheduled_statuses/:id", "write:statuses", 0, a.putScheduled},
		{del, "/api/v1/scheduled_statuses/:id", "write:statuses", 0, a.deleteScheduled},
	}
}

func (a *API) getScheduledStatuses(c *Call) (Answer, error) {
	return walk(a, c, 20, 40,
		func(span store.Span) ([]social.Draft, error) { return a.store.ListScheduled(c.Context, span) },
		func(d social.Draft) social.ID { return d.ID },
		func(drafts []social.Draft) (any, error) {
			shown := make([]scheduled, len(drafts))
			for i, d := range drafts {
				var err error
				if shown[i], err = a.scheduled(c, d); err != nil {
					return nil, err
				}
			}
			return shown, nil
		})
}

func (a *API) getScheduled(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	return a.answerScheduled(c, id)
}

func (a *API) answerScheduled(c *Call, id social.ID) (Answer, error) {
	d, err := a.timeline.FindScheduled(c.Context, id)
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.scheduled(c, d)
	return answer(shown), err
}

func (a *API) scheduled(c *Call, d social.Draft) (scheduled, error) {
	at := moment(d.PublishAt)
	v := scheduled{ID: d.ID.String(), ScheduledAt: at, Media: []attachment{}, Params: scheduledParams{
		Text: d.Text, Media: []string{}, Sensitive: d.Sensitive, Warning: textOrNull(d.Warning), Visibility: visibility(d.Visibility),
		InReplyTo: idOrNull(d.InReplyToID), Language: textOrNull(d.Language), ScheduledAt: &at,
	}}
	if d.Poll != nil {
		v.Params.Poll = &scheduledPoll{d.Poll.Options, int(d.Poll.Lasts / time.Second), d.Poll.Multiple, d.Poll.HideTotals}
	}
	for _, id := range d.Attachments {
		m, err := a.store.FindAttachment(c.Context, id)
		if err != nil {
			return v, err
		}
		v.Media, v.Params.Media = append(v.Media, a.view(c).attachment(m)), append(v.Params.Media, id.String())
	}
	return v, nil
}

// putScheduled gives a post another time; nothing else of it can be changed by
// an app.
func (a *API) putScheduled(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	at, err := c.scheduledAt()
	if err == nil && at.IsZero() {
		err = social.InvalidField("scheduled_at", "Say when the post is to be published.")
	}
	if err != nil {
		return Answer{}, err
	}
	if err := a.timeline.Reschedule(c.Context, id, at); err != nil {
		return Answer{}, err
	}
	return a.answerScheduled(c, id)
}

// deleteScheduled throws a post away that waits for its time.
func (a *API) deleteScheduled(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	if _, err := a.timeline.FindScheduled(c.Context, id); err != nil {
		return Answer{}, err
	}
	return answer(struct{}{}), a.timeline.DeleteDraft(c.Context, id)
}

// scheduledAt is when a post is to be published; zero means now. Apps write it
// with a time zone; without one it is UTC.
func (c *Call) scheduledAt() (time.Time, error) {
	text := c.Form.Get("scheduled_at")
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST"} {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, social.InvalidField("scheduled_at", "Write the time as 2006-01-02T15:04:05Z, at least %d minutes away.", int(timeline.ScheduleAhead/time.Minute))
}
