package webpush

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Key is by which services know the home again. A device that has asked to be
// told names it, so it must stay what it is.
type Key struct {
	private *ecdsa.PrivateKey
	public  []byte
}

// NewKey makes the key of a secret that lasts: always the same of the same one.
func NewKey(secret []byte) (Key, error) {
	for n := byte(0); ; n++ {
		raw, err := hkdf.Key(sha256.New, secret, nil, "croft: web push "+string(n), 32)
		if err != nil {
			return Key{}, err
		}
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
		if err != nil && n < 9 {
			continue // one number in 2³² is none of the curve's
		}
		if err != nil {
			return Key{}, fmt.Errorf("make a key for web push: %w", err)
		}
		public, err := private.PublicKey.Bytes()
		return Key{private, public}, err
	}
}

// Public is the public half, as devices and apps want it.
func (k Key) Public() string { return encode(k.public) }

// lasts is how long a word to a service is good; a day is the most (RFC 8292 §2).
const lasts = 12 * time.Hour

// Authorize adds to a message who sends it: whom a service may ask is the
// contact, an address.
func (k Key) Authorize(s Sealed, legacy bool, endpoint, contact string, now time.Time) error {
	at, err := url.Parse(endpoint)
	if err != nil {
		return err
	}
	claims, err := json.Marshal(map[string]any{"aud": at.Scheme + "://" + at.Host, "exp": now.Add(lasts).Unix(), "sub": contact})
	if err != nil {
		return err
	}
	text := encode([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + encode(claims)
	sum := sha256.Sum256([]byte(text))
	r, z, err := ecdsa.Sign(rand.Reader, k.private, sum[:])
	if err != nil {
		return err
	}
	mark := make([]byte, 64)
	r.FillBytes(mark[:32])
	z.FillBytes(mark[32:])
	authorize(s.Header, legacy, text+"."+encode(mark), k.Public())
	return nil
}

func authorize(h http.Header, legacy bool, token, key string) {
	if legacy {
		h.Set("Authorization", "WebPush "+token)
		h.Set("Crypto-Key", h.Get("Crypto-Key")+";p256ecdsa="+key)
		return
	}
	h.Set("Authorization", "vapid t="+token+", k="+key)
}
