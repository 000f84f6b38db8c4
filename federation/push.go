package federation

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"time"

	"croft/federation/webpush"
	"croft/social"
	"croft/store"
)

// PushKey is the public key by which a device asks to be told by this home
// (RFC 8292).
func (n *Node) PushKey() string { return n.pushKey.Public() }

// newPushKey makes it of a secret of the owner's, so that it lasts and needs no
// place of its own.
func newPushKey(ctx context.Context, r store.Reader, owner social.ID) (webpush.Key, error) {
	keys, err := r.FindOwnKeys(ctx, owner)
	if err != nil {
		return webpush.Key{}, err
	}
	return webpush.NewKey(keys.Ed25519)
}

// CheckPush reports what is wrong with where a device wants to be told, as
// ErrInvalid with a field.
func (n *Node) CheckPush(p social.Push) error {
	if err := n.remote.Check(p.Endpoint); err != nil || len(p.Endpoint) > 2048 {
		return social.InvalidField("endpoint", "This is no address of a service that this home can use.")
	}
	return deviceOf(p).Check()
}

func deviceOf(p social.Push) webpush.Device {
	return webpush.Device{P256DH: p.P256DH, Auth: p.Auth, Legacy: p.Legacy}
}

// Push seals a message for a device and hands it to its service, which keeps it
// for so long if the device is off. ErrNotFound and ErrGone mean that the device
// is told no more.
func (n *Node) Push(ctx context.Context, p social.Push, m webpush.Message, keep time.Duration) error {
	text, err := m.Encode()
	if err != nil {
		return err
	}
	sealed, err := webpush.Seal(text, deviceOf(p))
	if err != nil {
		return err
	}
	if err := n.pushKey.Authorize(sealed, p.Legacy, p.Endpoint, n.site.Origin, n.now()); err != nil {
		return err
	}
	header := http.Header{"Ttl": {strconv.Itoa(int(keep.Seconds()))}, "Urgency": {"normal"}}
	maps.Copy(header, sealed.Header)
	return n.remote.Push(ctx, p.Endpoint, sealed.Body, header)
}
