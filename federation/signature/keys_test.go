package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"croft/social"
)

// ofBits is an RSA key by its looks only.
func ofBits(bits uint, exponent int) *rsa.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: exponent}
}

func ecKey(t *testing.T) *ecdsa.PublicKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &private.PublicKey
}

// writePEM writes any key, however bad.
func writePEM(t *testing.T, kind string, key any) string {
	t.Helper()
	var der []byte
	var err error
	switch kind {
	case "RSA PUBLIC KEY":
		der = x509.MarshalPKCS1PublicKey(key.(*rsa.PublicKey))
	case "PRIVATE KEY":
		der, err = x509.MarshalPKCS8PrivateKey(key)
	default:
		der, err = x509.MarshalPKIXPublicKey(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestParsePEM(t *testing.T) { // SIG-24
	good := writePEM(t, "PUBLIC KEY", rsaKey().Public())
	sized := func(bits uint, e int) string { return writePEM(t, "PUBLIC KEY", ofBits(bits, e)) }
	for _, test := range []struct {
		name, text string
		want       crypto.PublicKey
	}{
		{"RSA", good, rsaKey().Public()},
		{"RSA, PKCS #1", writePEM(t, "RSA PUBLIC KEY", rsaKey().Public()), rsaKey().Public()},
		{"Ed25519", writePEM(t, "PUBLIC KEY", edKey().Public()), edKey().Public()},
		{"white space after", good + " \r\n\n", rsaKey().Public()},
		{"white space before", "\n" + good, rsaKey().Public()},
		{"CRLF", strings.ReplaceAll(good, "\n", "\r\n"), rsaKey().Public()},
		{"2048 bits", sized(2048, 65537), ofBits(2048, 65537)},
		{"8192 bits", sized(8192, 65537), ofBits(8192, 65537)},
		{"512 bits", sized(512, 65537), nil},
		{"1024 bits", sized(1024, 65537), nil},
		{"2047 bits", sized(2047, 65537), nil},
		{"8193 bits", sized(8193, 65537), nil},
		{"16384 bits", sized(16384, 65537), nil},
		{"e=1", sized(2048, 1), nil},
		{"e=3", sized(2048, 3), nil},
		{"e=65536", sized(2048, 65536), nil},
		{"small, PKCS #1", writePEM(t, "RSA PUBLIC KEY", ofBits(1024, 65537)), nil},
		{"an EC key", writePEM(t, "PUBLIC KEY", ecKey(t)), nil},
		{"an EC key called RSA", strings.ReplaceAll(writePEM(t, "PUBLIC KEY", ecKey(t)), "PUBLIC", "RSA PUBLIC"), nil},
		{"a private key", writePEM(t, "PRIVATE KEY", rsaKey()), nil},
		{"a private key called public", strings.ReplaceAll(writePEM(t, "PRIVATE KEY", rsaKey()), "PRIVATE", "PUBLIC"), nil},
		{"a certificate", strings.ReplaceAll(good, "PUBLIC KEY", "CERTIFICATE"), nil},
		{"two keys", good + good, nil},
		{"something after", good + "x", nil},
		{"garbage", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", nil},
		{"half", good[:len(good)/2], nil},
		{"nothing", "", nil},
		{"a megabyte", good + strings.Repeat("\n", 1<<20), nil},
		{"16 kB", good + strings.Repeat("\n", 16<<10-len(good)), rsaKey().Public()},
		{"16 kB and a byte", good + strings.Repeat("\n", 16<<10-len(good)+1), nil},
	} {
		start := time.Now()
		got, err := ParsePEM(test.text)
		if took := time.Since(start); took > 50*time.Millisecond {
			t.Errorf("%s: took %v", test.name, took)
		}
		if !reflect.DeepEqual(got, test.want) || (err == nil) != (test.want != nil) {
			t.Errorf("%s: %v, %v", test.name, got, err)
		}
		if err != nil && !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: %v is not invalid", test.name, err)
		}
	}
}

func TestEncodePEM(t *testing.T) {
	for _, key := range []crypto.PublicKey{rsaKey().Public(), edKey().Public()} {
		text, err := EncodePEM(key)
		if err != nil || text != writePEM(t, "PUBLIC KEY", key) {
			t.Errorf("%T: %q, %v", key, text, err)
		}
	}
	for _, key := range []crypto.PublicKey{nil, "x", smallKey().Public(), ecKey(t), ed25519.PublicKey{1}, rsaKey()} {
		if text, err := EncodePEM(key); text != "" || !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%T: %q, %v", key, text, err)
		}
	}
}

// The key and its Multikey are those of the Data Integrity EdDSA
// Cryptosuites, appendix B.1.
const exampleMultikey = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"

func TestMultikey(t *testing.T) {
	key, err := ParseMultikey(exampleMultikey)
	if err != nil || len(key) != ed25519.PublicKeySize || EncodeMultikey(key) != exampleMultikey {
		t.Errorf("%x, %v", key, err)
	}
	const did = "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6" // the example of did:key
	if key, err := ParseMultikey("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"); err != nil || hex.EncodeToString(key) != did {
		t.Errorf("%x, %v, want %s", key, err, did)
	}
	own := edKey().Public().(ed25519.PublicKey)
	text := EncodeMultikey(own)
	if again, err := ParseMultikey(text); err != nil || !own.Equal(again) || !strings.HasPrefix(text, "z6Mk") {
		t.Errorf("%s: %x, %v", text, again, err)
	}
	encode := func(b ...byte) string {
		n, text := new(big.Int).SetBytes(b), ""
		for n.Sign() > 0 {
			digit := new(big.Int)
			n.DivMod(n, big.NewInt(58), digit)
			text = string(base58[digit.Int64()]) + text
		}
		return "z" + text
	}
	bytes := func(prefix string, length int) []byte { return append([]byte(prefix), make([]byte, length)...) }
	padded := func(text string) string { return "z" + strings.Repeat("1", multikeyLength-len(text)) + text[1:] }
	if _, err := ParseMultikey(encode(bytes(ed25519Prefix, 32)...)); err != nil {
		t.Errorf("a key of zeros: %v", err)
	}
	for name, text := range map[string]string{
		"nothing":                              "",
		"only a z":                             "z",
		"base58 without z":                     exampleMultikey[1:],
		"another base":                         "u" + exampleMultikey[1:],
		"a letter not in it":                   exampleMultikey[:20] + "0" + exampleMultikey[21:],
		"beyond ASCII":                         exampleMultikey[:20] + "é" + exampleMultikey[21:],
		"no UTF-8":                             exampleMultikey[:20] + "\xff" + exampleMultikey[21:],
		"a byte too few":                       encode(bytes(ed25519Prefix, 31)...),
		"a byte too many":                      encode(bytes(ed25519Prefix, 33)...),
		"an X25519 key":                        encode(bytes("\xec\x01", 32)...),
		"zeros before":                         "z1" + exampleMultikey[1:],
		"a one for the z":                      "1" + exampleMultikey[1:],
		"a byte too few, made long with zeros": padded(encode(bytes(ed25519Prefix, 31)...)),
		"32 bytes, made long with zeros":       padded(encode(bytes("\xff", 31)...)),
		"zeros at its beginning":               "z1" + exampleMultikey[2:],
		"a megabyte":                           "z" + strings.Repeat("z", 1<<20),
	} {
		if key, err := ParseMultikey(text); key != nil || !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: %x, %v", name, key, err)
		}
	}
}
