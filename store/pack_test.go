package store

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPackGivesBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(r, "body")
		packed, err := pack(body)
		if err != nil {
			r.Fatal(err)
		}
		got, err := unpack(packed)
		if err != nil || !bytes.Equal(got, body) || len(packed) > len(body)+1 {
			r.Fatalf("%q comes back as %q (%v) from %d bytes", body, got, err, len(packed))
		}
	})
}

func TestPackedActivityIsSmall(t *testing.T) {
	body := []byte(strings.NewReplacer("@ana", "@zoe", "https:///", "https://zoe.example/", "boats", "trams").Replace(string(packDict)))
	packed, err := pack(body)
	if err != nil || len(packed) > len(body)/4 {
		t.Errorf("%d bytes become %d (%v)", len(body), len(packed), err)
	}
	t.Logf("%d bytes become %d", len(body), len(packed))
}

func TestUnpackRefuses(t *testing.T) {
	for _, packed := range [][]byte{nil, {2, 3}, {packedDict1, 0xff}} {
		if got, err := unpack(packed); err == nil {
			t.Errorf("%v unpacks to %q", packed, got)
		}
	}
}
