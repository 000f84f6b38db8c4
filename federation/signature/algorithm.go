package signature

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"

	"croft/social"
)

// kind is what a key can do. It is read off the key and never off a request:
// there is one way to check an RSA signature here and one to check Ed25519.
type kind string

const (
	anyKind     kind = ""
	rsaKind     kind = "rsa"
	ed25519Kind kind = "ed25519"
)

// algorithms are the names that a request may declare, each with the kind of key
// that it must then turn out to be. GoToSocial says hs2019 and means RSA PKCS#1
// v1.5 with SHA-256, as does everybody else in the fediverse.
var algorithms = map[string]kind{
	"":                anyKind,
	"hs2019":          anyKind,
	"rsa-sha256":      rsaKind,
	"rsa-v1_5-sha256": rsaKind,
	"ed25519":         ed25519Kind,
}

const (
	minRSABits   = 2048
	maxRSABits   = 8192
	minExponent  = 65537
	minSignature = ed25519.SignatureSize
	maxSignature = maxRSABits / 8
)

// kindOf returns the kind of a public key; a key that is too weak, too costly or
// of another kind is ErrInvalid.
func kindOf(key crypto.PublicKey) (kind, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < minRSABits || bits > maxRSABits || k.E < minExponent {
			return "", fmt.Errorf("rsa key of %d bits, exponent %d: %w", bits, k.E, social.ErrInvalid)
		}
		return rsaKind, nil
	case ed25519.PublicKey:
		if len(k) != ed25519.PublicKeySize {
			return "", fmt.Errorf("ed25519 key of %d bytes: %w", len(k), social.ErrInvalid)
		}
		return ed25519Kind, nil
	}
	return "", fmt.Errorf("key of type %T: %w", key, social.ErrInvalid)
}

// isGood reports whether the signature of base was made with key, which kindOf
// has accepted.
func isGood(key crypto.PublicKey, base string, signature []byte) bool {
	if k, ok := key.(ed25519.PublicKey); ok {
		return ed25519.Verify(k, []byte(base), signature)
	}
	sum := sha256.Sum256([]byte(base))
	k, ok := key.(*rsa.PublicKey)
	return ok && rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], signature) == nil
}

// makeSignature signs base with a key whose public half kindOf has accepted.
func makeSignature(key crypto.Signer, base string) ([]byte, error) {
	if k, ok := key.(ed25519.PrivateKey); ok {
		return ed25519.Sign(k, []byte(base)), nil
	}
	sum := sha256.Sum256([]byte(base))
	return key.Sign(nil, sum[:], crypto.SHA256) // without randomness: PKCS#1 v1.5 needs none
}
