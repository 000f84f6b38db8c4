package interop

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"croft/home"
	"croft/social"
	"croft/store"
)

// requestsFolder holds the recorded requests, which package signature is tested
// with as well; documentsFolder what their senders answered when asked, and an
// index of both.
const (
	requestsFolder  = "../federation/signature/testdata/captures"
	documentsFolder = "testdata/recorded"
)

type recording struct {
	Documents []struct{ File, URL string }
	Requests  []request
}

// request is one recorded delivery.
type request struct {
	File, Software, Target string
	ReceivedAt             int64 `json:"received_at"`
	Activity               struct {
		ID, Type, Actor string
		Object          string `json:"object_id"`
		ObjectType      string `json:"object_type"`
	}
}

func (r request) folder() string { return filepath.Dir(r.File) }

// answersFollow reports whether it answers a follow of amy's.
func (r request) answersFollow() bool {
	return (r.Activity.Type == "Accept" || r.Activity.Type == "Reject") && strings.HasPrefix(r.Activity.Object, "https://home.test/@amy#follows/")
}

func readRecording(t *testing.T) recording {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(documentsFolder, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRecorded plays what real programs sent into the door of the home that it
// was meant for, each delivery at its own moment, and looks after each of them
// whether it did what its sender wanted.
func TestRecorded(t *testing.T) {
	all := readRecording(t)
	folders := map[string][]request{}
	for _, r := range all.Requests {
		if strings.HasPrefix(r.Target, "/@bea/") { // somebody else, who does not live here
			continue
		}
		folders[r.folder()] = append(folders[r.folder()], r)
	}
	if len(folders) != 6 {
		t.Fatalf("there are recordings of %d programs", len(folders))
	}
	for folder, requests := range folders {
		t.Run(folder, func(t *testing.T) {
			amy := openAmy(t, all, requests)
			for _, r := range requests {
				amy.play(r)
			}
			amy.sum(requests)
			amy.unfinished()
		})
	}
}

// recordedHome is amy's home, where the deliveries were meant to go, with a clock
// that is set.
type recordedHome struct {
	*house
	clock   *atomic.Int64
	written map[string]bool // posts of amy's
	created map[string]bool // posts of others that were amy's concern

	recorded map[string]bool // posts that their host has an answer for
}

// openAmy opens amy's home as it was when the recording began: with the posts
// that others speak of.
func openAmy(t *testing.T, all recording, requests []request) recordedHome {
	t.Helper()
	n := newInternet(t)
	serveDocuments(t, n, all)
	clock := new(atomic.Int64)
	clock.Store(requests[0].ReceivedAt)
	h := settle(t, "https://home.test", "amy", home.Options{
		RootCAs: n.roots, Resolver: n, Connect: n.connect,
		Now: func() time.Time { return time.UnixMilli(clock.Load()) },
	})
	amy := recordedHome{h, clock, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, d := range all.Documents {
		amy.recorded[d.URL] = filepath.Base(d.File) == "note.http"
	}
	for _, r := range requests {
		if id, ours := h.Site.PostID(r.Activity.Object); ours {
			amy.write(id)
		}
	}
	return amy
}

// write puts a post of amy's.
func (a recordedHome) write(id social.ID) {
	a.t.Helper()
	uri := a.Site.Post(id)
	a.written[uri] = true
	a.do(a.Store.Update(a.t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutPost(a.t.Context(), &social.Post{
			ID: id, URI: uri, URL: uri, Kind: social.Note, AuthorID: a.Node.OwnerID(), AuthorURI: a.Site.Actor(),
			Content: "<p>A note from home</p>", Source: "A note from home", Visibility: social.Public,
			To: []string{social.PublicURI}, Cc: []string{a.Site.Followers()}, Local: true, PublishedAt: tx.Now,
		})
		return err
	}))
}

// ask puts amy's question to follow somebody, which they are about to answer.
func (a recordedHome) ask(actorURI, followURI string) {
	a.t.Helper()
	who, err := a.Node.ResolveActor(a.t.Context(), actorURI)
	a.do(err)
	a.do(a.Store.Update(a.t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutFollow(a.t.Context(), social.Follow{
			URI: followURI, FollowerID: a.Node.OwnerID(), FollowedID: who.ID, State: social.FollowPending, CreatedAt: tx.Now,
		})
		return err
	}))
}

// serveDocuments has the hosts of the recording answer as they did then.
func serveDocuments(t *testing.T, n *internet, all recording) {
	t.Helper()
	answers := map[string]string{}
	hosts := map[string]bool{}
	for _, d := range all.Documents {
		u, err := url.Parse(d.URL)
		if err != nil {
			t.Fatal(err)
		}
		query, err := url.QueryUnescape(u.RawQuery)
		if err != nil {
			t.Fatal(err)
		}
		key := u.Host + u.Path + "?" + query
		if answers[key] == "" {
			answers[key] = d.File
		}
		hosts[u.Host] = true
	}
	for host := range hosts {
		n.serve(host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			query, _ := url.QueryUnescape(r.URL.RawQuery)
			file, ok := answers[r.Host+r.URL.Path+"?"+query]
			if !ok {
				http.NotFound(w, r)
				return
			}
			answerRecorded(w, r, file)
		}))
	}
}

func answerRecorded(w http.ResponseWriter, r *http.Request, file string) {
	data, err := os.ReadFile(filepath.Join(documentsFolder, file))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	head, body, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(slices.Concat(head, []byte("\r\n\r\n")))), r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	w.WriteHeader(res.StatusCode)
	_, _ = w.Write(body)
}

// play brings one delivery to the door at its moment, and looks what it did.
func (a recordedHome) play(r request) {
	a.t.Helper()
	a.clock.Store(r.ReceivedAt)
	if r.answersFollow() {
		a.ask(r.Activity.Actor, r.Activity.Object)
	}
	raw, err := os.ReadFile(filepath.Join(requestsFolder, r.File))
	a.do(err)
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(slices.Concat(head, []byte("\r\n\r\n")))))
	a.do(err)
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	req.RemoteAddr = "192.0.2.1:4711"
	w := httptest.NewRecorder()
	a.ServeHTTP(w, req.WithContext(a.t.Context()))
	if w.Code != http.StatusAccepted {
		a.t.Errorf("%s: answered %d %s", r.File, w.Code, w.Body)
		return
	}
	a.do(a.Queue.Settle(a.t.Context()))
	if complaint := a.consequence(r, body); complaint != "" {
		a.t.Errorf("%s: %s", r.File, complaint)
	}
}

// consequence says what a delivery should have done and did not.
func (a recordedHome) consequence(r request, body []byte) string {
	ctx, act := a.t.Context(), r.Activity
	var err error
	switch act.Type {
	case "Like", "EmojiReact":
		if _, ours := a.Site.PostID(act.Object); ours {
			_, err = a.Store.FindLikeByURI(ctx, act.ID)
		}
	case "Announce":
		_, err = a.Store.FindBoostByURI(ctx, act.ID)
	case "Follow":
		_, err = a.Store.FindFollowByURI(ctx, act.ID)
	case "Create":
		return a.concerned(r, body)
	case "Delete":
		if act.Object == act.Actor {
			return a.departed(act.Actor)
		}
		if a.post(act.Object) != nil {
			return "still there: " + act.Object
		}
	case "Question":
		if a.post(act.ID) == nil {
			return "no poll " + act.ID
		}
	case "Update":
		return a.updated(r)
	case "Accept", "Reject":
		return a.answered(r)
	case "Block":
		_, err = a.Store.FindBlockedBy(ctx, act.ID)
	case "Undo":
		return a.undone(act.Object)
	}
	if err != nil {
		return fmt.Sprintf("%s left no trace: %v", act.Type, err)
	}
	return ""
}

// concerned says whether a new post is here if it is amy's concern, and only then.
func (a recordedHome) concerned(r request, body []byte) string {
	if r.Activity.ObjectType == "" && !a.recorded[r.Activity.Object] || strings.Contains(r.File, "-vote") {
		return "" // named by an id that nobody asked for in the recording, or no post
	}
	relation, err := a.Store.FindRelation(a.t.Context(), a.actor(r.Activity.Actor).ID)
	a.do(err)
	wanted := relation.Following == social.FollowAccepted || bytes.Contains(body, []byte(`"https://home.test/@amy"`)) || strings.Contains(r.File, "-reply")
	if here := a.post(r.Activity.Object) != nil; here != wanted {
		return fmt.Sprintf("the post %s is here: %v", r.Activity.Object, here)
	}
	a.created[r.Activity.Object] = wanted
	return ""
}

// updated says whether the new wording of a post that is here was taken.
func (a recordedHome) updated(r request) string {
	p := a.post(r.Activity.Object)
	if p == nil || p.Kind == social.Question { // counts of a poll are no edit
		return ""
	}
	if p.EditedAt.IsZero() {
		return "the post was not edited"
	}
	return ""
}

// departed says whether somebody who left for good is known to be gone.
func (a recordedHome) departed(uri string) string {
	if who := a.actor(uri); who.GoneAt.IsZero() {
		return uri + " is not gone"
	}
	return ""
}

// answered says whether a follow of amy's is as it was answered.
func (a recordedHome) answered(r request) string {
	if !r.answersFollow() {
		return ""
	}
	f, err := a.Store.FindFollowByURI(a.t.Context(), r.Activity.Object)
	if accepted := err == nil && f.State == social.FollowAccepted; accepted != (r.Activity.Type == "Accept") {
		return fmt.Sprintf("after the %s the follow is accepted: %v (%v)", r.Activity.Type, accepted, err)
	}
	return ""
}

// undone says what should be no more and is.
func (a recordedHome) undone(uri string) string {
	ctx := a.t.Context()
	_, like := a.Store.FindLikeByURI(ctx, uri)
	_, boost := a.Store.FindBoostByURI(ctx, uri)
	_, follow := a.Store.FindFollowByURI(ctx, uri)
	_, block := a.Store.FindBlockedBy(ctx, uri)
	for kind, err := range map[string]error{"like": like, "boost": boost, "follow": follow, "block": block} {
		if err == nil {
			return "the " + kind + " is still there"
		}
	}
	return ""
}
