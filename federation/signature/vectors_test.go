package signature

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"croft/social"
)

// RFC 9421 appendix B.2: the request, and the Ed25519 key and signature of B.1.4
// and B.2.6, the one example there with an algorithm that we speak.
const (
	vectorBody    = `{"hello": "world"}`
	vectorRequest = "POST /foo?param=Value&Pet=dog HTTP/1.1\r\nHost: example.com\r\nDate: Tue, 20 Apr 2021 02:07:55 GMT\r\n" +
		"Content-Type: application/json\r\nContent-Length: 18\r\n" +
		`Signature-Input: sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="https://example.org/test-key-ed25519"` +
		"\r\nSignature: sig-b26=:" + vectorSignature + ":\r\n\r\n" + vectorBody
	vectorSignature = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
	vectorPrivate   = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n"
	vectorPublic    = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n"
	vectorBase      = `"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`
)

func vectorMessage(t *testing.T) *http.Request {
	t.Helper()
	req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(vectorRequest)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Length", "18")
	return req
}

func TestRFC9421VectorB26(t *testing.T) {
	public, err := ParsePEM(vectorPublic)
	if err != nil {
		t.Fatal(err)
	}
	want, err := base64.StdEncoding.DecodeString(vectorSignature)
	if err != nil {
		t.Fatal(err)
	}
	req := vectorMessage(t)
	c, err := readClaim(req.Header)
	if err != nil {
		t.Fatal(err)
	}
	c.params = strings.Replace(c.params, "https://example.org/", "", 1) // the RFC's key id is no URI
	m, err := received(req, "https://example.com")
	if err != nil {
		t.Fatal(err)
	}
	base, err := c.base(m)
	if err != nil || base != vectorBase {
		t.Errorf("base\n%s\n%v, want\n%s", base, err, vectorBase)
	}
	if !isGood(public, base, want) || !isGood(public, base, c.signature) {
		t.Error("the signature of the RFC is refused")
	}
	block, _ := pem.Decode([]byte(vectorPrivate))
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := makeSignature(private.(ed25519.PrivateKey), base); err != nil || string(got) != string(want) {
		t.Errorf("signed as %x, %v, want %x", got, err, want)
	}
}

// The same request is not enough for us: neither digest nor query is signed.
func TestRFC9421VectorIsNotCoveredEnough(t *testing.T) {
	_, err := Verify(vectorMessage(t), "https://example.com", []byte(vectorBody), noKey(t), time.Unix(1618884473, 0))
	if !errors.Is(err, social.ErrUnauthorized) {
		t.Error(err)
	}
}

// draft-cavage-http-signatures-12 appendix C: its key has 1024 bits, so that only
// what is beneath Verify can be held against it.
func TestCavageVectorC2(t *testing.T) {
	const public = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C36rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJwoYi+1hqp1fIekaxsyQIDAQAB"
	const signature = "qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="
	der, err := base64.StdEncoding.DecodeString(public)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.ReadRequest(bufio.NewReader(strings.NewReader("POST /foo?param=value&pet=dog HTTP/1.1\r\nHost: example.com\r\n" +
		"Date: Sun, 05 Jan 2014 21:31:40 GMT\r\n" +
		`Signature: keyId="https://example.com/Test",algorithm="rsa-sha256",headers="(request-target) host date",signature="` + signature + "\"\r\n\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	c, err := readClaim(req.Header)
	if err != nil {
		t.Fatal(err)
	}
	m, err := received(req, "https://example.com")
	if err != nil {
		t.Fatal(err)
	}
	base, err := c.base(m)
	if err != nil || !isGood(key, base, c.signature) {
		t.Errorf("the signature of the draft is refused: %v\n%s", err, base)
	}
	_, err = Verify(req, "https://example.com", nil, func(_ context.Context, id string) (PublicKey, error) {
		return PublicKey{ID: id, Owner: alice, Key: key}, nil
	}, time.Date(2014, 1, 5, 21, 31, 40, 0, time.UTC))
	if !errors.Is(err, social.ErrUnauthorized) {
		t.Errorf("a key of 1024 bits: %v", err)
	}
}
