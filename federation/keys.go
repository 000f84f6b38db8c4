package federation

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"croft/federation/remote"
	"croft/federation/signature"
	"croft/social"
	"croft/store"
)

// The ids of a local actor's keys, after the actor's URI. Mastodon and most
// others look for the first; FEP-521a leaves the second to us.
const (
	rsaKeyFragment     = "#main-key"
	ed25519KeyFragment = "#ed25519-key"
)

// GenerateKeys makes the two private keys of a new local actor: RSA of 2048
// bits, which everybody verifies, and Ed25519.
func GenerateKeys() (store.OwnKeys, error) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return store.OwnKeys{}, fmt.Errorf("generate RSA key: %w", err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return store.OwnKeys{}, fmt.Errorf("generate Ed25519 key: %w", err)
	}
	var keys store.OwnKeys
	if keys.RSA, err = encodePrivate(rsaKey); err != nil {
		return store.OwnKeys{}, err
	}
	if keys.Ed25519, err = encodePrivate(edKey); err != nil {
		return store.OwnKeys{}, err
	}
	return keys, nil
}

func encodePrivate(key any) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func decodePrivate[K any](text []byte) (K, error) {
	var none K
	block, _ := pem.Decode(text)
	if block == nil {
		return none, fmt.Errorf("a private key in the database is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return none, fmt.Errorf("decode private key: %w", err)
	}
	typed, ok := key.(K)
	if !ok {
		return none, fmt.Errorf("a private key in the database is a %T", key)
	}
	return typed, nil
}

// ownKeys reads the keys of the owner or the instance actor.
func ownKeys(ctx context.Context, r store.Reader, actorID social.ID, uri string) (remote.Keys, error) {
	stored, err := r.FindOwnKeys(ctx, actorID)
	if err != nil {
		return remote.Keys{}, fmt.Errorf("find keys of %s: %w", uri, err)
	}
	rsaKey, err := decodePrivate[*rsa.PrivateKey](stored.RSA)
	if err != nil {
		return remote.Keys{}, err
	}
	edKey, err := decodePrivate[ed25519.PrivateKey](stored.Ed25519)
	if err != nil {
		return remote.Keys{}, err
	}
	return remote.Keys{
		RSA:     signature.Key{ID: uri + rsaKeyFragment, Private: rsaKey},
		Ed25519: signature.Key{ID: uri + ed25519KeyFragment, Private: edKey},
	}, nil
}

// InstanceKey reads the key that signs our GETs, for remote.Options.Key.
func InstanceKey(ctx context.Context, r store.Reader, home store.Home) (signature.Key, error) {
	keys, err := ownKeys(ctx, r, home.InstanceID, home.Site().Instance())
	return keys.RSA, err
}
