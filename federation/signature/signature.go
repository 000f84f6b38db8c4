// Package signature signs HTTP requests and checks the signatures of others, by
// draft-cavage-http-signatures-12 and by RFC 9421, with their digests (RFC 3230,
// RFC 9530). It knows no database and no network: keys are looked up by a
// function that is passed in. It does not say what a signer may do, and it does
// not remember what it has seen, so a replay within the window is the caller's.
//
//	verify.go     the order of all checks
//	claim.go      what a request says of its signature, from either scheme
//	cavage.go     reading and laying out draft-cavage
//	rfc9421.go    reading and laying out RFC 9421
//	message.go    the request as both sides see it
//	digest.go     Digest and Content-Digest
//	window.go     how old a signature may be
//	sign.go       our own signatures
//	algorithm.go  what a key can do
//	keys.go       keys as PEM and as Multikey
package signature

import (
	"context"
	"crypto"
	"fmt"
	"time"

	"croft/social"
)

// Scheme is one of the two ways in which the fediverse signs a request.
type Scheme string

// The two schemes.
const (
	Cavage  Scheme = "cavage"
	RFC9421 Scheme = "rfc9421"
)

// Key is a key of our own. Private is an *rsa.PrivateKey or an
// ed25519.PrivateKey.
type Key struct {
	ID      string
	Private crypto.Signer
}

// PublicKey is the key of somebody else. Key is an *rsa.PublicKey or an
// ed25519.PublicKey; Owner is the URI of the actor that it speaks for.
type PublicKey struct {
	ID, Owner string
	Key       crypto.PublicKey
}

// KeyFunc finds the key of an id, from the store or over the network. The key it
// returns must carry the id that was asked for and an owner. Its error reaches
// the caller of Verify with its kind.
type KeyFunc func(ctx context.Context, keyID string) (PublicKey, error)

// Verified is what a good signature proves: that the owner of the key has sent
// this request. Created is the time that was signed.
type Verified struct {
	KeyID, Owner string
	Scheme       Scheme
	Created      time.Time
}

// refuse makes the one kind of error with which a signature is refused. It is
// ErrUnauthorized for a broken shape too: 401 makes a peer knock again with the
// other scheme, 400 would make it give up.
func refuse(format string, args ...any) error {
	return fmt.Errorf("verify signature: %s: %w", fmt.Sprintf(format, args...), social.ErrUnauthorized)
}
