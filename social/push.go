package social

import (
	"encoding/base64"
	"strings"
)

// Push is where the owner is told of notifications while nothing of the home is
// open: a device of theirs, by a service that its maker keeps.
type Push struct {
	ID       ID
	KeyID    ID     // of the app whose it is; 0 if it is of a sign-in
	Session  string // the sign-in whose it is, as the store knows it; empty if it is of an app
	Endpoint string // where messages are sent; secret: who knows it can send some
	P256DH   []byte // the device's public key
	Auth     []byte // its secret
	Legacy   bool   // it reads the older encoding only
	Kinds    []NotificationKind
	Policy   PushPolicy
}

// PushPolicy says whose doings are told.
type PushPolicy string

// The policies.
const (
	PushAll       PushPolicy = "all"
	PushFollowed  PushPolicy = "followed" // of those whom the owner follows
	PushFollowers PushPolicy = "follower" // of those who follow the owner
	PushNobody    PushPolicy = "none"
)

// Valid reports whether there is such a policy.
func (p PushPolicy) Valid() bool {
	return p == PushAll || p == PushFollowed || p == PushFollowers || p == PushNobody
}

// PushKeyBytes reads a key of a device as browsers and apps write it: base64 in
// either alphabet, filled up or not. What is none has no bytes.
func PushKeyBytes(text string) []byte {
	text = strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(text)
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return data
}
