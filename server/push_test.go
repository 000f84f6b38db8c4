package server_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/federation/fedtest"
)

// device is a phone of the owner's, with the service that tells it.
type device struct {
	h       *house
	private *ecdh.PrivateKey
	auth    []byte
	peer    *fedtest.Peer

	mu     sync.Mutex
	answer int
}

func (h *house) device() *device {
	h.t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	h.must(err)
	d := &device{h: h, private: private, auth: []byte("sixteen bytes...!")[:16], peer: h.Peer("push.test"), answer: http.StatusCreated}
	d.peer.Answer("/send/secret", func(w http.ResponseWriter, _ *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		w.WriteHeader(d.answer)
	})
	return d
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func unb64(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return data
}

// form is how an app asks for the device to be told.
func (d *device) form(more string) string {
	return "subscription[endpoint]=" + url.QueryEscape(d.peer.URL("/send/secret")) + "&subscription[keys][p256dh]=" + b64(d.private.PublicKey().Bytes()) +
		"&subscription[keys][auth]=" + b64(d.auth) + "&" + more
}

// told is what was sent since the last call.
func (d *device) told() []fedtest.Request {
	d.h.home.Settle()
	defer d.peer.Forget()
	return d.peer.Requests()
}

func (d *device) answers(status int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = status
}

// opens reads a message as a device does, in either encoding.
func (d *device) opens(p fedtest.Request) (text string) {
	d.h.t.Helper()
	t, ua := d.h.t, d.private.PublicKey().Bytes()
	var salt, sender, sealed []byte
	legacy := p.Header.Get("Content-Encoding") == "aesgcm"
	if legacy {
		salt = unb64(t, strings.TrimPrefix(p.Header.Get("Encryption"), "salt="))
		dh, _, _ := strings.Cut(strings.TrimPrefix(p.Header.Get("Crypto-Key"), "dh="), ";")
		sender, sealed = unb64(t, dh), []byte(p.Body)
	} else {
		salt, sender, sealed = []byte(p.Body)[:16], []byte(p.Body)[21:86], []byte(p.Body)[86:]
	}
	public, err := ecdh.P256().NewPublicKey(sender)
	d.h.must(err)
	shared, err := d.private.ECDH(public)
	d.h.must(err)
	expand := func(secret, salt []byte, info string, n int) []byte {
		prk, err := hkdf.Extract(sha256.New, secret, salt)
		d.h.must(err)
		key, err := hkdf.Expand(sha256.New, prk, info, n)
		d.h.must(err)
		return key
	}
	info, context, kind := "WebPush: info\x00"+string(ua)+string(sender), "", "aes128gcm"
	if legacy {
		info, kind = "Content-Encoding: auth\x00", "aesgcm"
		context = "P-256\x00\x00\x41" + string(ua) + "\x00\x41" + string(sender)
	}
	secret := expand(shared, d.auth, info, 32)
	block, err := aes.NewCipher(expand(secret, salt, "Content-Encoding: "+kind+"\x00"+context, 16))
	d.h.must(err)
	gcm, err := cipher.NewGCM(block)
	d.h.must(err)
	plain, err := gcm.Open(nil, expand(secret, salt, "Content-Encoding: nonce\x00"+context, 12), sealed, nil)
	d.h.must(err)
	if legacy {
		return string(plain[2:])
	}
	return strings.TrimSuffix(string(plain), "\x02")
}

// signed checks who says that they sent a message (RFC 8292).
func (d *device) signed(p fedtest.Request, key string) {
	d.h.t.Helper()
	t := d.h.t
	word := p.Header.Get("Authorization")
	token := strings.TrimPrefix(word, "WebPush ")
	if rest, ok := strings.CutPrefix(word, "vapid t="); ok {
		var named string
		if token, named, _ = strings.Cut(rest, ", k="); named != key {
			t.Errorf("the key is %s, want %s", named, key)
		}
	} else if !strings.HasSuffix(p.Header.Get("Crypto-Key"), ";p256ecdsa="+key) {
		t.Errorf("the key is in %s, want %s", p.Header.Get("Crypto-Key"), key)
	}
	parts := strings.Split(token, ".")
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), unb64(t, key))
	d.h.must(err)
	sum, mark := sha256.Sum256([]byte(parts[0]+"."+parts[1])), unb64(t, parts[2])
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(mark[:32]), new(big.Int).SetBytes(mark[32:])) {
		t.Error("the signature is not of that key")
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	d.h.must(json.Unmarshal(unb64(t, parts[1]), &claims))
	if left := time.Unix(claims.Exp, 0).Sub(d.h.Now()); claims.Aud != "https://push.test" || claims.Sub != d.h.home.Site.Origin || left <= 0 || left > 24*time.Hour {
		t.Errorf("it claims %+v", claims)
	}
}

// TestDeviceIsTold sends what happens to a device, sealed for it, in both
// encodings; of what and of whom it asked to be told, and until its service does
// not know it any more.
func TestDeviceIsTold(t *testing.T) {
	h := openHouse(t)
	d, bob := h.device(), h.Peer("far.test").Person("bob")
	token := h.key("read push")
	key := h.call("GET", "/api/v2/instance", "").wants(200)
	var shown struct {
		Configuration struct {
			VAPID struct {
				Key string `json:"public_key"`
			}
		}
	}
	h.must(json.Unmarshal([]byte(key.body), &shown))
	const path = "/api/v1/push/subscription"
	h.call("GET", path, token).wants(404)
	id := h.publish(url.Values{"text": {"A post to like"}})
	acts := 0
	like := func() {
		acts++
		h.Advance(time.Minute)
		h.must(h.home.Deliver(bob, bob.Act("Undo", id+"u"+string(rune('a'+acts)), bob.Act("Like", "x", h.home.Site.Actor()+"/"+id))))
		h.must(h.home.Deliver(bob, bob.Act("Like", id+string(rune('a'+acts)), h.home.Site.Actor()+"/"+id)))
		h.home.Settle()
	}
	like()
	for _, standard := range []string{"true", "false"} {
		made := h.call("POST", path, token, d.form("subscription[standard]="+standard+"&data[alerts][favourite]=true&data[alerts][mention]=0")).wants(200)
		if made.fields()["standard"] != (standard == "true") || made.field("server_key") != shown.Configuration.VAPID.Key || made.field("policy") != "all" ||
			!strings.Contains(made.body, `"favourite":true`) || !strings.Contains(made.body, `"mention":false`) || !strings.Contains(made.body, `"admin.report":false`) {
			t.Errorf("it is %s", made.body)
		}
		if got := d.told(); len(got) != 0 {
			t.Errorf("told of what was before: %d", len(got))
		}
		like()
		got := d.told()
		if len(got) != 1 {
			t.Fatalf("told %d times", len(got))
		}
		var m map[string]any
		h.must(json.Unmarshal([]byte(d.opens(got[0])), &m))
		if m["access_token"] != token || m["notification_type"] != "favourite" || m["title"] != "The bob liked your post" || m["body"] != "A post to like" || m["preferred_locale"] != "en" {
			t.Errorf("told %v", m)
		}
		if got[0].Header.Get("Ttl") == "" || got[0].Header.Get("Urgency") != "normal" {
			t.Errorf("with %v", got[0].Header)
		}
		d.signed(got[0], shown.Configuration.VAPID.Key)
	}
	for policy, tells := range map[string]int{"none": 0, "followed": 0, "follower": 0, "all": 1} {
		h.call("PUT", path, token, `{"data":{"policy":"`+policy+`"}}`).wants(200)
		like()
		if got := d.told(); len(got) != tells {
			t.Errorf("policy %s: told %d times", policy, len(got))
		}
	}
	if got := h.call("PUT", path, token, "data[alerts][favourite]=false").wants(200); strings.Contains(got.body, "true,\"follow") || got.field("policy") == "" {
		t.Errorf("it is %s", got.body)
	}
	like()
	if got := d.told(); len(got) != 0 {
		t.Error("told of what it did not ask for")
	}
	h.call("PUT", path, token, "data[alerts][favourite]=true&data[policy]=all").wants(200)
	d.answers(http.StatusGone)
	like()
	if got := d.told(); len(got) != 1 {
		t.Errorf("told %d times", len(got))
	}
	h.call("GET", path, token).wants(404)
	like()
	if got := d.told(); len(got) != 0 {
		t.Error("told after the service has said that it does not know it")
	}
	h.call("POST", path, token, d.form("data[alerts][favourite]=true")).wants(200)
	h.call("DELETE", path, token).wants(200)
	h.call("DELETE", path, token).wants(200)
	h.call("GET", path, token).wants(404)
}

// TestDevicesThatAreRefused keeps nothing of what cannot be a device's, such as
// an address within somebody's network (PRI-18).
func TestDevicesThatAreRefused(t *testing.T) {
	h := openHouse(t)
	d, token := h.device(), h.key("push")
	good := d.form("")
	before := h.home.Dump("tokens")
	replace := func(name, value string) string {
		form, err := url.ParseQuery(good)
		h.must(err)
		form.Set("subscription"+name, value)
		return form.Encode()
	}
	for _, endpoint := range []string{
		"", "x", "http://push.test/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/x", "https://169.254.169.254/latest", "https://localhost/", "https://push.test:8443/",
		"https://router.lan/", "https://me.test/inbox", "ftp://push.test/", "https://user@push.test/", "https://push.test/" + strings.Repeat("x", 3000),
	} {
		h.call("POST", "/api/v1/push/subscription", token, replace("[endpoint]", endpoint)).wants(422)
	}
	for _, body := range []string{
		replace("[keys][p256dh]", "x"), replace("[keys][p256dh]", b64(make([]byte, 65))), replace("[keys][auth]", "eA"), good + "&data[policy]=some",
		`{"subscription":null}`, `{"subscription":[1,2]}`, `{"subscription":{"endpoint":["x"],"keys":7},"data":{"alerts":[1]}}`,
	} {
		h.call("POST", "/api/v1/push/subscription", token, body).wants(422)
	}
	h.call("PUT", "/api/v1/push/subscription", token, "data[policy]=all").wants(404)
	if h.home.Dump("tokens") != before {
		t.Error("a refused device is kept")
	}
	if requests := d.peer.Requests(); len(requests) != 0 {
		t.Errorf("the service was asked: %v", requests)
	}
}

// TestDeviceGoesWithItsKey tells a device no more when its key has ended, and what
// was booked before is told after all that is still true.
func TestDeviceGoesWithItsKey(t *testing.T) {
	h := openHouse(t)
	d, bob, carol := h.device(), h.Peer("far.test").Person("bob"), h.Peer("near.test").Person("carol")
	token := h.key("push")
	h.call("POST", "/api/v1/push/subscription", token, d.form("data[alerts][follow]=1")).wants(200)
	h.must(h.home.Deliver(bob, bob.Act("Follow", "1", h.home.Site.Actor())))
	if got := d.told(); len(got) != 1 || !strings.Contains(d.opens(got[0]), `"title":"The bob followed you"`) {
		t.Fatalf("told %d times", len(got))
	}
	keys, err := h.home.Store.Sessions().ListTokens(t.Context())
	h.must(err)
	h.must(h.home.Store.Sessions().DeleteToken(t.Context(), keys[0].ID))
	if all, err := h.home.Store.ListPushes(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("the device is still told: %v %v", all, err)
	}
	h.must(h.home.Deliver(carol, carol.Act("Follow", "1", h.home.Site.Actor())))
	if len(d.told()) != 0 {
		t.Error("told without a key")
	}
}

// TestDeviceIsItsOwnKeys lets no other key see, change or end a subscription (AUT-19).
func TestDeviceIsItsOwnKeys(t *testing.T) {
	h := openHouse(t)
	d := h.device()
	mine, other := h.key("push"), h.key("read write push")
	made := h.call("POST", "/api/v1/push/subscription", mine, d.form("data[alerts][mention]=1")).wants(200)
	h.call("GET", "/api/v1/push/subscription", other).wants(404)
	h.call("PUT", "/api/v1/push/subscription", other, "data[alerts][mention]=0").wants(404)
	h.call("DELETE", "/api/v1/push/subscription", other)
	if got := h.call("GET", "/api/v1/push/subscription", mine).wants(200); !bytes.Equal(h.settled(got.body), h.settled(made.body)) {
		t.Errorf("it is %s, and was %s", got.body, made.body)
	}
}

// TestDeviceIsToldLater tries again where the service does not answer, for a day,
// and says nothing of what was read meanwhile.
func TestDeviceIsToldLater(t *testing.T) {
	h := openHouse(t)
	d, bob, carol := h.device(), h.Peer("far.test").Person("bob"), h.Peer("near.test").Person("carol")
	h.call("POST", "/api/v1/push/subscription", h.key("push"), d.form("subscription[standard]=true&data[alerts][follow]=1")).wants(200)
	later := func(after time.Duration) int {
		h.Advance(after)
		h.home.Queue.Wake()
		return len(d.told())
	}
	d.answers(http.StatusServiceUnavailable)
	h.must(h.home.Deliver(bob, bob.Act("Follow", "1", h.home.Site.Actor())))
	if n := len(d.told()); n != 1 {
		t.Fatalf("tried %d times", n)
	}
	d.answers(http.StatusCreated)
	if n := later(time.Hour); n != 1 {
		t.Errorf("told %d times after an hour", n)
	}
	d.answers(http.StatusServiceUnavailable)
	h.must(h.home.Deliver(carol, carol.Act("Follow", "2", h.home.Site.Actor())))
	d.told()
	d.answers(http.StatusCreated)
	h.post("/notifications/read", url.Values{"upto": {"9223372036854775807"}}).wants(http.StatusSeeOther)
	if n := later(time.Hour); n != 0 {
		t.Errorf("told %d times of what was read", n)
	}
	if counts, err := h.home.Queue.CountJobs(t.Context()); err != nil || counts.Pending != 0 || counts.Parked != 0 {
		t.Errorf("jobs are left: %+v %v", counts, err)
	}
}
