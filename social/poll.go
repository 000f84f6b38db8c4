package social

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Poll is the question part of a Question.
type Poll struct {
	Options    []PollOption
	Multiple   bool
	EndsAt     time.Time // zero if open-ended
	Closed     bool
	VoterCount int
	HideTotals bool `json:",omitempty"` // of the owner's: nobody is told how it stands before it ends
}

// PollOption is one answer to choose.
type PollOption struct {
	Text  string
	Votes int
}

// Ended reports whether nobody can vote any more.
func (p *Poll) Ended(now time.Time) bool {
	return p.Closed || !p.EndsAt.IsZero() && !now.Before(p.EndsAt)
}

// SameQuestion reports whether two polls ask the same, whatever was voted.
func (p *Poll) SameQuestion(q *Poll) bool {
	if p == nil || q == nil {
		return p == q
	}
	return p.Multiple == q.Multiple && slices.EqualFunc(p.Options, q.Options, func(a, b PollOption) bool { return a.Text == b.Text })
}

// The bounds of a poll of the owner's.
const (
	MinOptions   = 2
	MaxOptions   = 8
	MaxOption    = 200 // characters
	MinPollLasts = 5 * time.Minute
	MaxPollLasts = 30 * 24 * time.Hour
)

// NewPoll is a poll as the owner typed it.
type NewPoll struct {
	Options    []string
	Multiple   bool
	Lasts      time.Duration
	HideTotals bool
}

// Validate reports everything that is wrong, with the fields poll, poll_lasts
// and option_1 to option_8, as ErrInvalid.
func (p *NewPoll) Validate() error {
	var errs []error
	if len(p.Options) < MinOptions || len(p.Options) > MaxOptions {
		errs = append(errs, InvalidField("poll", "A poll has %d to %d answers.", MinOptions, MaxOptions))
	}
	for i, option := range p.Options {
		field := fmt.Sprintf("option_%d", i+1)
		errs = append(errs, CheckLength(field, "answer", option, MaxOption))
		switch {
		case strings.TrimSpace(option) == "":
			errs = append(errs, InvalidField(field, "Write an answer."))
		case slices.Index(p.Options, option) < i:
			errs = append(errs, InvalidField(field, "Two answers are the same."))
		}
	}
	if p.Lasts < MinPollLasts || p.Lasts > MaxPollLasts {
		errs = append(errs, InvalidField("poll_lasts", "A poll lasts from 5 minutes to 30 days."))
	}
	return errors.Join(errs...)
}

// Begin is the poll that starts at the moment.
func (p *NewPoll) Begin(now time.Time) *Poll {
	poll := &Poll{Multiple: p.Multiple, EndsAt: now.Add(p.Lasts).Truncate(time.Second), HideTotals: p.HideTotals}
	for _, option := range p.Options {
		poll.Options = append(poll.Options, PollOption{Text: option})
	}
	return poll
}
