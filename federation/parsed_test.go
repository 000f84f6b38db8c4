package federation

import (
	"crypto/ed25519"
	"errors"
	"testing"

	"croft/federation/signature"
	"croft/social"
)

// TestParsedKeysAreBounded reads more keys than are remembered, each right, and
// remembers nothing of what is none.
func TestParsedKeysAreBounded(t *testing.T) {
	var p parsedKeys
	for range parsedRows + 500 {
		public, _, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		text := signature.EncodeMultikey(public)
		for range 2 {
			got, err := p.parse(text)
			if key, ok := got.(ed25519.PublicKey); err != nil || !ok || !key.Equal(public) {
				t.Fatalf("%s is %v, %v", text, got, err)
			}
		}
		if len(p.keys) > parsedRows {
			t.Fatalf("%d keys remembered, want at most %d", len(p.keys), parsedRows)
		}
	}
	before := len(p.keys)
	for _, text := range []string{"", "z6Mk", "-----BEGIN PUBLIC KEY-----"} {
		if key, err := p.parse(text); !errors.Is(err, social.ErrInvalid) || key != nil || len(p.keys) != before {
			t.Errorf("%q is %v, %v; %d remembered", text, key, err, len(p.keys)-before)
		}
	}
}
