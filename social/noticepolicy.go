package social

import "errors"

// NoticePolicy says whose notifications come through, and what happens to the
// others. The zero value lets all of them through. Follow requests, reports and
// what concerns the owner's own acts always do, and so does whoever the owner has
// let through.
type NoticePolicy struct {
	NotFollowed  NoticeRule // by somebody whom the owner does not follow
	NotFollowing NoticeRule // by somebody who does not follow the owner, or has only begun to
	NewActors    NoticeRule // by somebody who is new on the network, unless the owner follows them
	Letters      NoticeRule // unasked direct posts of somebody whom the owner does not follow
	Limited      NoticeRule // by somebody whom a moderator has limited: there is nobody of the kind here
}

// NoticeRule is what happens to a notification.
type NoticeRule string

// The rules. Of several that apply the strictest holds.
const (
	NoticeAccept NoticeRule = ""
	NoticeHold   NoticeRule = "hold" // it is kept apart until the owner decides
	NoticeDrop   NoticeRule = "drop" // it is forgotten
)

// Validate reports a rule that there is not, as ErrInvalid with its field:
// not_followed, not_following, new_actors, letters or limited.
func (p NoticePolicy) Validate() error {
	var errs []error
	for field, rule := range map[string]NoticeRule{
		"not_followed": p.NotFollowed, "not_following": p.NotFollowing, "new_actors": p.NewActors, "letters": p.Letters, "limited": p.Limited,
	} {
		if rule != NoticeAccept && rule != NoticeHold && rule != NoticeDrop {
			errs = append(errs, InvalidField(field, "Choose what happens to these notifications."))
		}
	}
	return errors.Join(errs...)
}

// Stricter is the stricter of two rules.
func (r NoticeRule) Stricter(other NoticeRule) NoticeRule {
	if r == NoticeDrop || other == NoticeAccept {
		return r
	}
	return other
}
