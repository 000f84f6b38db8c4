// Package webpush seals what a device of the owner's is told, so that the service
// that carries it can read none of it (RFC 8291; aesgcm, its fourth draft, for
// older apps), and says to that service who sends it (RFC 8292). It sends
// nothing itself and knows no database.
//
//	webpush.go  sealing
//	vapid.go    the home's key, and who sends
//	message.go  what is told
package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/http"

	"croft/social"
)

// MaxPlain is how many bytes can be sealed: services need not take a body of more
// than 4096 (RFC 8030 §7.2).
const MaxPlain = 3900

// recordSize is one record, whatever its length: nothing follows it.
const recordSize = 4096

// Device is who can open what is sealed.
type Device struct {
	P256DH []byte // its public key, uncompressed
	Auth   []byte // 16 bytes
	Legacy bool   // aesgcm, not aes128gcm
}

// Check reports as ErrInvalid what is wrong with a device's keys.
func (d Device) Check() error {
	if _, err := ecdh.P256().NewPublicKey(d.P256DH); err != nil || len(d.P256DH) != 65 {
		return social.InvalidField("p256dh", "This is no public key of a device.")
	}
	if len(d.Auth) != 16 {
		return social.InvalidField("auth", "This is no secret of a device.")
	}
	return nil
}

// Sealed is a message for one device: a body, and the header that goes along.
type Sealed struct {
	Body   []byte
	Header http.Header
}

// Seal seals a text of at most MaxPlain bytes.
func Seal(plain []byte, to Device) (Sealed, error) {
	ours, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return Sealed{}, err
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	return seal(plain, to, ours, salt)
}

func seal(plain []byte, to Device, ours *ecdh.PrivateKey, salt []byte) (Sealed, error) {
	if len(plain) > MaxPlain {
		return Sealed{}, fmt.Errorf("a text of %d bytes: %w", len(plain), social.ErrInvalid)
	}
	if err := to.Check(); err != nil {
		return Sealed{}, err
	}
	theirs, err := ecdh.P256().NewPublicKey(to.P256DH)
	if err != nil {
		return Sealed{}, err
	}
	shared, err := ours.ECDH(theirs)
	if err != nil {
		return Sealed{}, err
	}
	if to.Legacy {
		return sealLegacy(plain, to, shared, ours.PublicKey().Bytes(), salt)
	}
	public := ours.PublicKey().Bytes()
	// RFC 8291 §3.4, RFC 8188 §2.
	secret, err := hkdf.Key(sha256.New, shared, to.Auth, "WebPush: info\x00"+string(to.P256DH)+string(public), 32)
	if err != nil {
		return Sealed{}, err
	}
	text, err := encrypt(secret, salt, "aes128gcm", "", append(plain[:len(plain):len(plain)], 2))
	if err != nil {
		return Sealed{}, err
	}
	body := binary.BigEndian.AppendUint32(salt[:16:16], recordSize)
	body = append(append(append(body, byte(len(public))), public...), text...)
	return Sealed{body, http.Header{"Content-Encoding": {"aes128gcm"}, "Content-Type": {"application/octet-stream"}}}, nil
}

// sealLegacy is draft-ietf-webpush-encryption-04 with
// draft-ietf-httpbis-encryption-encoding-03, which have the keys in header lines.
func sealLegacy(plain []byte, to Device, shared, public, salt []byte) (Sealed, error) {
	secret, err := hkdf.Key(sha256.New, shared, to.Auth, "Content-Encoding: auth\x00", 32)
	if err != nil {
		return Sealed{}, err
	}
	sized := func(key []byte) string { return string([]byte{0, byte(len(key))}) + string(key) }
	context := "P-256\x00" + sized(to.P256DH) + sized(public)
	text, err := encrypt(secret, salt, "aesgcm", context, append([]byte{0, 0}, plain...)) // no padding
	return Sealed{text, http.Header{
		"Content-Encoding": {"aesgcm"}, "Content-Type": {"application/octet-stream"},
		"Encryption": {"salt=" + encode(salt)}, "Crypto-Key": {"dh=" + encode(public)},
	}}, err
}

func encrypt(secret, salt []byte, encoding, context string, plain []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: "+encoding+"\x00"+context, 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00"+context, 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, nonce, plain, nil), nil
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
