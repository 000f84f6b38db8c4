package server

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
)

// A seal on the address of another's picture stands for the owner's sign-in:
// apps fetch pictures without showing their key, and shall see what the owner
// may. It opens this one picture, as long as the address is what it was.
type seals struct{ secret []byte }

// newSeals makes them of a secret that lasts: an app keeps the addresses.
func newSeals(ctx context.Context, r store.Reader) (seals, error) {
	home, err := r.FindHome(ctx)
	if err != nil {
		return seals{}, err
	}
	keys, err := r.FindOwnKeys(ctx, home.OwnerID)
	if err != nil {
		return seals{}, fmt.Errorf("make seals: %w", err)
	}
	mac := hmac.New(sha256.New, keys.Ed25519)
	mac.Write([]byte("croft: addresses of pictures"))
	return seals{mac.Sum(nil)}, nil
}

func (s seals) of(kind string, id social.ID, name, version string) string {
	mac := hmac.New(sha256.New, s.secret)
	fmt.Fprintf(mac, "%q %s %q %q", kind, id, name, version)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// opens reports whether a request for a picture carries its seal.
func (s seals) opens(c echo.Context, id social.ID) bool {
	right := s.of(c.Param("kind"), id, c.Param("name"), c.QueryParam("v"))
	return hmac.Equal([]byte(c.QueryParam("seal")), []byte(right))
}
