package interop

import (
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"croft/home"
	"croft/social"
	"croft/store"
)

// TestFedify is a friendship with a Fedify server, once with each signature
// tried first on both sides.
func TestFedify(t *testing.T) {
	if testing.Short() {
		t.Skip("a real peer on Node")
	}
	for _, scheme := range []struct{ ours, fedifys string }{
		{"rfc9421", "rfc9421"},
		{"cavage", "draft-cavage-http-signatures-12"},
	} {
		t.Run(scheme.ours, func(t *testing.T) {
			fred := startPeer(t, scheme.fedifys)
			me, knocks := onLoopback(t)
			me.do(me.Store.Update(t.Context(), func(tx *store.Tx) error {
				return tx.SetHostScheme(t.Context(), fred.handle.Host, scheme.ours)
			}))
			meet(t, me, fred)
			weWrite(t, me, fred)
			theyWrite(t, me, fred)
			weWhisper(t, me, fred)
			theyWhisper(t, me, fred)
			takeLeave(t, me, fred)

			me.unfinished()
			state := fred.state()
			if len(state.Errors) > 0 {
				t.Errorf("Fedify met errors: %v", state.Errors)
			}
			if !slices.Equal(state.Schemes, []string{scheme.ours}) || !slices.Equal(knocks(), []string{scheme.ours}) {
				t.Errorf("we signed by %v and Fedify by %v, where %s was to be enough", state.Schemes, knocks(), scheme.ours)
			}
		})
	}
}

// onLoopback is a home by plain http, and by which signatures was posted to it.
func onLoopback(t *testing.T) (me *house, knocks func() []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	me = settle(t, "http://localhost:"+port, "me", home.Options{})
	var mu sync.Mutex
	var seen []string
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			scheme := "cavage"
			if r.Header.Get("Signature-Input") != "" {
				scheme = "rfc9421"
			}
			mu.Lock()
			if !slices.Contains(seen, scheme) {
				seen = append(seen, scheme)
			}
			mu.Unlock()
		}
		me.ServeHTTP(w, r)
	})}
	go func() { _ = s.Serve(listener) }() // ends with Close
	t.Cleanup(func() { _ = s.Close() })
	return me, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

// meet has both find and follow one another.
func meet(t *testing.T, me *house, fred *peer) {
	t.Helper()
	_, err := me.Timeline.FollowHandle(t.Context(), fred.handle.String())
	me.do(err)
	me.relation(fred.actor, social.FollowAccepted, "")
	if found := fred.do(order{Act: "finger", Of: me.Site.Actor()}); found != me.Site.Actor() {
		t.Errorf("WebFinger led Fedify to %q", found)
	}
	fred.do(order{Act: "follow", Of: me.Site.Actor()})
	me.relation(fred.actor, social.FollowAccepted, social.FollowAccepted)
	me.told(social.NotifyFollow, fred.actor, "")
	fred.knows("both follows", func(k known) bool {
		return slices.Equal(k.Followers, []string{me.Site.Actor()}) && slices.Equal(k.Following, []string{me.Site.Actor()})
	})
}

// weWrite: Fedify reads, answers, likes and boosts ours, and takes it back.
func weWrite(t *testing.T, me *house, fred *peer) {
	t.Helper()
	post := me.publish(social.Draft{Text: "Bread is in the oven", Attachments: []social.ID{me.picture("a loaf")}})
	if seen := fred.has(post.URI, "in the oven"); !slices.Equal(seen.Pictures, []string{"a loaf"}) || seen.Direct {
		t.Errorf("our post arrived as %+v", seen)
	}
	reply := fred.do(order{Act: "publish", Text: "I can smell it", To: me.Site.Actor(), InReplyTo: post.URI})
	if got := me.arrived(reply); got.InReplyToID != post.ID {
		t.Errorf("the reply arrived as one to %q", got.InReplyTo)
	}
	me.told(social.NotifyMention, fred.actor, reply)
	fred.do(order{Act: "delete", ID: reply})
	me.gone(reply)

	fred.do(order{Act: "like", Of: post.URI})
	fred.do(order{Act: "boost", Of: post.URI})
	me.counts(post.URI, 1, 1)
	me.told(social.NotifyLike, fred.actor, post.URI)
	me.told(social.NotifyBoost, fred.actor, post.URI)
	fred.do(order{Act: "unlike", Of: post.URI})
	fred.do(order{Act: "unboost", Of: post.URI})
	me.counts(post.URI, 0, 0)

	edit, err := me.Timeline.EditDraft(t.Context(), post.ID)
	me.do(err)
	edit.Text = "Bread is on the table"
	me.do(me.Timeline.Edit(t.Context(), post.ID, edit))
	fred.has(post.URI, "on the table")
	me.do(me.Timeline.Delete(t.Context(), post.ID))
	fred.lost(post.URI)
}

// theyWrite: we read, answer, like and boost Fedify's, and take it back.
func theyWrite(t *testing.T, me *house, fred *peer) {
	t.Helper()
	ctx := t.Context()
	post := fred.do(order{Act: "publish", Text: "The goat is loose"})
	seen := me.arrived(post)
	if seen.Visibility != social.Public {
		t.Errorf("their post arrived as %s", seen.Visibility)
	}
	me.do(me.Timeline.Like(ctx, seen.ID))
	fred.likes(post, true)
	me.do(me.Timeline.Unlike(ctx, seen.ID))
	fred.likes(post, false)
	me.do(me.Timeline.Boost(ctx, seen.ID))
	fred.boosts(post, true)
	me.do(me.Timeline.Unboost(ctx, seen.ID))
	fred.boosts(post, false)

	draft, err := me.Timeline.ReplyDraft(ctx, seen.ID)
	me.do(err)
	draft.Text += " again?"
	reply := me.publish(draft)
	if got := fred.has(reply.URI, "again?"); got.InReplyTo != post {
		t.Errorf("our reply arrived as one to %q", got.InReplyTo)
	}
	me.do(me.Timeline.Delete(ctx, reply.ID))
	fred.lost(reply.URI)

	time.Sleep(time.Until(seen.PublishedAt.Add(time.Second))) // an edit is told from the post by its second
	fred.do(order{Act: "edit", ID: post, Text: "The goat is back"})
	me.reads(post, "goat is back")
	fred.do(order{Act: "delete", ID: post})
	me.gone(post)
}

func weWhisper(t *testing.T, me *house, fred *peer) {
	t.Helper()
	note := me.publish(social.Draft{Text: fred.handle.String() + " for your ears", Visibility: social.Direct})
	if got := fred.has(note.URI, "for your ears"); !got.Direct {
		t.Errorf("our direct message arrived as %+v", got)
	}
	me.do(me.Timeline.Delete(t.Context(), note.ID))
	fred.lost(note.URI)
}

func theyWhisper(t *testing.T, me *house, fred *peer) {
	t.Helper()
	note := fred.do(order{Act: "publish", Text: "not a word", To: me.Site.Actor(), Direct: true})
	if got := me.arrived(note); got.Visibility != social.Direct {
		t.Errorf("their direct message arrived as %s", got.Visibility)
	}
	me.told(social.NotifyMention, fred.actor, note)
	fred.do(order{Act: "delete", ID: note, To: me.Site.Actor()})
	me.gone(note)
}

// takeLeave has both stop following.
func takeLeave(t *testing.T, me *house, fred *peer) {
	t.Helper()
	fred.do(order{Act: "unfollow", Of: me.Site.Actor()})
	me.relation(fred.actor, social.FollowAccepted, "")
	me.do(me.Timeline.Unfollow(t.Context(), me.actor(fred.actor).ID))
	me.relation(fred.actor, "", "")
	fred.knows("that nobody follows", func(k known) bool { return len(k.Followers) == 0 })
}
