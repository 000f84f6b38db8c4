package webpush

import (
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"croft/social"
)

func decode(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestSealAsWritten seals the example of RFC 8291 §5.
func TestSealAsWritten(t *testing.T) {
	ours, err := ecdh.P256().NewPrivateKey(decode(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	to := Device{
		P256DH: decode(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
		Auth:   decode(t, "BTBZMqHH6r4Tts7J_aSIgg"),
	}
	got, err := seal([]byte("When I grow up, I want to be a watermelon"), to, ours, decode(t, "DGv6ra1nlYgDCS1FRnbzlw"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if encode(got.Body) != want {
		t.Errorf("sealed %s\n want %s", encode(got.Body), want)
	}
}

// TestKeysOfDevices refuses what is no key, and what is too long to be sealed.
func TestKeysOfDevices(t *testing.T) {
	private, err := ecdh.P256().GenerateKey(strings.NewReader(strings.Repeat("x", 999)))
	if err != nil {
		t.Fatal(err)
	}
	good := Device{P256DH: private.PublicKey().Bytes(), Auth: make([]byte, 16)}
	off := append([]byte(nil), good.P256DH...)
	off[64] ^= 1
	for name, d := range map[string]Device{
		"no key": {Auth: good.Auth}, "a point off the curve": {P256DH: off, Auth: good.Auth}, "no secret": {P256DH: good.P256DH},
		"a short secret": {P256DH: good.P256DH, Auth: make([]byte, 15)}, "a compressed key": {P256DH: append([]byte{2}, good.P256DH[1:33]...), Auth: good.Auth},
	} {
		if _, err := Seal(nil, d); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Seal(make([]byte, MaxPlain+1), good); !errors.Is(err, social.ErrInvalid) {
		t.Errorf("too long: %v", err)
	}
	sealed, err := Seal(make([]byte, MaxPlain), good)
	if err != nil || len(sealed.Body) > 4096 {
		t.Errorf("%d bytes, %v", len(sealed.Body), err)
	}
	long := strings.Repeat("😀", 9999)
	if text, err := (Message{Title: long, Body: long, Icon: "https://me.test/x"}).Encode(); err != nil || len(text) > MaxPlain {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
