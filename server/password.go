package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"croft/social"
)

// The cost of a password: 26 ms and 19 MiB (OWASP's second choice for
// argon2id).
const (
	argonTime    = 2
	argonMemory  = 19 * 1024
	argonThreads = 1
	argonKey     = 32

	minPassword = 12
	maxPassword = 1024
)

// HashPassword hashes a new password with argon2id, as its own text form. One
// that is too short or too long is ErrInvalid for the field "password".
func HashPassword(password string) (string, error) {
	if utf8.RuneCountInString(password) < minPassword {
		return "", social.InvalidField("password", "The password is too short: at least %d characters. Three odd words do well.", minPassword)
	}
	if len(password) > maxPassword {
		return "", social.InvalidField("password", "The password is too long: at most %d bytes.", maxPassword)
	}
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonTime, argonThreads, encode(salt), encode(key)), nil
}

// isPassword reports whether a password is the one that was hashed. A hash that
// cannot be read fits nothing, and takes as long.
func isPassword(password, hash string) bool {
	var version, memory, time uint32
	var threads uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		parts = []string{"", "", "v=19", fmt.Sprintf("m=%d,t=%d,p=%d", argonMemory, argonTime, argonThreads), "", ""}
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil || time == 0 || threads == 0 {
		return false
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	want, errKey := base64.RawStdEncoding.DecodeString(parts[5])
	if len(password) > maxPassword {
		password = ""
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, argonKey)
	return errSalt == nil && errKey == nil && subtle.ConstantTimeCompare(got, want) == 1
}

// isPassword is the function of that name, waiting for a place.
func (d *door) isPassword(ctx context.Context, password, hash string) (bool, error) {
	select {
	case d.hashing <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-d.hashing }()
	return isPassword(password, hash), nil
}
