package signature

import (
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"

	"croft/social"
)

const (
	maxPEM = 16 << 10
	// multikeyLength is that of every Ed25519 key: its first byte makes 34 bytes
	// 47 digits, so that there is one way to write a key.
	multikeyLength = 48
)

// ParsePEM reads a publicKeyPem: an RSA key of 2048 to 8192 bits (PKIX or PKCS
// #1) or an Ed25519 key (PKIX). Anything else is ErrInvalid, also a private key,
// and anything that follows the key.
func ParsePEM(text string) (crypto.PublicKey, error) {
	if len(text) > maxPEM {
		return nil, fmt.Errorf("parse key: %d bytes of PEM: %w", len(text), social.ErrInvalid)
	}
	block, rest := pem.Decode([]byte(text))
	if block == nil || strings.TrimSpace(string(rest)) != "" {
		return nil, fmt.Errorf("parse key: not one block of PEM: %w", social.ErrInvalid)
	}
	key, err := parseBlock(block)
	if err != nil {
		return nil, fmt.Errorf("parse key: %s: %w", err, social.ErrInvalid)
	}
	if _, err := kindOf(key); err != nil {
		return nil, fmt.Errorf("parse key: %w", err)
	}
	return key, nil
}

func parseBlock(block *pem.Block) (crypto.PublicKey, error) {
	switch block.Type {
	case "PUBLIC KEY":
		return x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(block.Bytes)
	}
	return nil, fmt.Errorf("%.100q is no public key", block.Type)
}

// EncodePEM writes a public key as publicKeyPem has it (PKIX). A key that
// ParsePEM would not read is ErrInvalid.
func EncodePEM(key crypto.PublicKey) (string, error) {
	if _, err := kindOf(key); err != nil {
		return "", fmt.Errorf("encode key: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), err
}

// The letters of base58btc, and the multicodec of an Ed25519 public key
// (FEP-521a; Controlled Identifiers §2.2.2).
const (
	base58         = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	ed25519Prefix  = "\xed\x01"
	base58btcMagic = "z"
)

// ParseMultikey reads a publicKeyMultibase that holds an Ed25519 key (z6Mk…).
// Anything else is ErrInvalid.
func ParseMultikey(text string) (ed25519.PublicKey, error) {
	digits, ok := strings.CutPrefix(text, base58btcMagic)
	if !ok || len(text) != multikeyLength {
		return nil, fmt.Errorf("parse multikey %.60q: %w", text, social.ErrInvalid)
	}
	n := new(big.Int)
	for _, r := range digits {
		value := strings.IndexRune(base58, r)
		if value < 0 {
			return nil, fmt.Errorf("parse multikey %.60q: %w", text, social.ErrInvalid)
		}
		n.Mul(n, big.NewInt(58))
		n.Add(n, big.NewInt(int64(value)))
	}
	key, ok := strings.CutPrefix(string(n.Bytes()), ed25519Prefix)
	if !ok || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("parse multikey %.60q: not an ed25519 key: %w", text, social.ErrInvalid)
	}
	return ed25519.PublicKey(key), nil
}

// EncodeMultikey writes an Ed25519 key as publicKeyMultibase has it.
func EncodeMultikey(key ed25519.PublicKey) string {
	n := new(big.Int).SetBytes([]byte(ed25519Prefix + string(key)))
	var reversed []byte
	for n.Sign() > 0 {
		digit := new(big.Int)
		n.DivMod(n, big.NewInt(58), digit)
		reversed = append(reversed, base58[digit.Int64()])
	}
	text := []byte(base58btcMagic)
	for i := len(reversed) - 1; i >= 0; i-- {
		text = append(text, reversed[i])
	}
	return string(text)
}
