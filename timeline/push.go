package timeline

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"croft/federation/webpush"
	"croft/markup"
	"croft/queue"
	"croft/social"
	"croft/store"
)

// kindPush is the job that tells one device of one notification: Topic is the
// notification, Recipient the device.
const kindPush = "push"

// pushKeeps is how long a device may take to be told: what is older it reads when
// it is used again.
const pushKeeps = 24 * time.Hour

// TellDevice has a device of the owner's told of notifications, in place of the
// one that its app or sign-in had, and returns it. What is wrong with it is
// ErrInvalid with the fields endpoint, p256dh, auth and policy.
func (t *Timeline) TellDevice(ctx context.Context, p social.Push) (social.Push, error) {
	if err := errors.Join(t.node.CheckPush(p), checkPolicy(p.Policy)); err != nil {
		return p, err
	}
	err := t.store.Update(ctx, func(tx *store.Tx) (err error) {
		p.ID, err = tx.PutPush(ctx, p)
		return err
	})
	return p, err
}

// TellBrowser is TellDevice for the browser of a sign-in: of everything.
func (t *Timeline) TellBrowser(ctx context.Context, session string, p social.Push) error {
	p.Session, p.Policy, p.Kinds = session, social.PushAll, slices.Sorted(maps.Keys(pushWords))
	_, err := t.TellDevice(ctx, p)
	return err
}

func checkPolicy(p social.PushPolicy) error {
	if !p.Valid() {
		return social.InvalidField("policy", "Choose all, followed, follower or none.")
	}
	return nil
}

// TellDeviceOf changes of what and of whom a device is told; ErrNotFound if it is
// not told at all.
func (t *Timeline) TellDeviceOf(ctx context.Context, id social.ID, kinds []social.NotificationKind, policy social.PushPolicy) error {
	if err := checkPolicy(policy); err != nil {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error { return tx.SetPush(ctx, id, kinds, policy) })
}

// TellDeviceNoMore ends it. Nothing happens if there is no such device.
func (t *Timeline) TellDeviceNoMore(ctx context.Context, id social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return tx.DeletePush(ctx, id) })
}

// PushKey is what a device must name to be told by this home.
func (t *Timeline) PushKey() string { return t.node.PushKey() }

// KeepToken remembers the words of an app's key, in memory and no longer than the
// process: apps with several accounts look in a message for them, and the store
// knows their hash only.
func (t *Timeline) KeepToken(key social.ID, token string) { t.tokens.Store(key, token) }

func (t *Timeline) tokenOf(key social.ID) string {
	token, _ := t.tokens.Load(key)
	text, _ := token.(string)
	return text
}

// wantPushes books that devices are told of a new notification, unless it is about
// a post that the owner's filters hide.
func (t *Timeline) wantPushes(ctx context.Context, tx *store.Tx, id social.ID, n social.Notification) error {
	devices, err := tx.ListPushes(ctx)
	if err != nil || len(devices) == 0 || n.Read {
		return err
	}
	if hidden, err := t.isHidden(ctx, tx.Reader, n.PostID, social.FilterNotifications); err != nil || hidden {
		return err
	}
	relation, err := tx.FindRelation(ctx, n.ActorID)
	if err != nil {
		return err
	}
	for _, p := range devices {
		if !slices.Contains(p.Kinds, n.Kind) || !letsIn(p.Policy, relation) {
			continue
		}
		err := t.queue.Put(ctx, tx, queue.Job{
			Kind: kindPush, Host: social.HostOf(p.Endpoint), Topic: id.String(), Recipient: p.ID.String(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func letsIn(p social.PushPolicy, r social.Relation) bool {
	switch p {
	case social.PushAll:
		return true
	case social.PushFollowed:
		return r.Following == social.FollowAccepted
	case social.PushFollowers:
		return r.FollowedBy == social.FollowAccepted
	default:
		return false
	}
}

// push tells a device. What was read, dismissed or is old meanwhile is told no
// more, and a device that its service does not know any more is forgotten.
func (t *Timeline) push(ctx context.Context, job *queue.Job) error {
	id, err := strconv.ParseInt(job.Recipient, 10, 64)
	if err != nil {
		return err
	}
	p, err := t.store.FindPush(ctx, social.ID(id))
	if err != nil {
		return err // final if it is gone
	}
	notification, err := social.ParseID(job.Topic)
	if err != nil {
		return err
	}
	n, err := t.store.FindNotification(ctx, notification)
	if err != nil || n.Actor == nil {
		return err
	}
	left := pushKeeps - t.now().Sub(n.CreatedAt)
	if n.Read || left <= 0 {
		return nil
	}
	err = t.node.Push(ctx, p, t.pushMessage(p, n), left)
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return t.TellDeviceNoMore(ctx, p.ID)
	}
	return err
}

func (t *Timeline) pushMessage(p social.Push, n social.Notification) webpush.Message {
	m := webpush.Message{
		Token: t.tokenOf(p.KeyID), Locale: "en", ID: n.ID, Type: webpush.TypeOf(n.Kind), Icon: t.site.PictureOf(n.ActorID),
		Title: n.Actor.DisplayName() + " " + pushWords[n.Kind], Body: markup.Text(n.Actor.Bio),
	}
	if n.Post != nil {
		m.Body = n.Post.Warning
		if m.Body == "" {
			m.Body = markup.Text(markup.WithoutQuoteLine(n.Post.Content))
		}
	}
	return m
}

// pushWords are what a person is told that somebody did.
var pushWords = map[social.NotificationKind]string{
	social.NotifyMention: "mentioned you", social.NotifyLike: "liked your post", social.NotifyBoost: "boosted your post",
	social.NotifyFollow: "followed you", social.NotifyFollowRequest: "asks to follow you", social.NotifyEdit: "edited a post",
	social.NotifyPoll: "asked something: the poll has ended", social.NotifyPost: "posted", social.NotifyQuote: "quoted you", social.NotifyQuotedEdit: "edited a post that you quoted", social.NotifyMove: "moved house", social.NotifyReport: "sent you a report",
}
