package timeline

import (
	"context"
	"slices"
	"strings"

	"croft/markup"
	"croft/social"
	"croft/store"
)

const (
	// MaxFollowedTags is how many hashtags the owner can follow.
	MaxFollowedTags = 100
	// MaxFeaturedTags is how many can stand on their profile, as with Mastodon.
	MaxFeaturedTags = 10
)

// CheckTag is a hashtag without the # that may stand before it; what is none is
// ErrInvalid for the field "name".
func CheckTag(name string) (string, error) {
	name = strings.TrimPrefix(strings.TrimSpace(name), "#")
	if found := markup.Scan("#" + name).Tags; !slices.Equal(found, []string{name}) {
		return "", social.InvalidField("name", "Write a hashtag: letters and digits, without spaces.")
	}
	return name, nil
}

// FollowTag puts the public posts with a hashtag that come here into the home
// timeline, whoever wrote them. One that is followed stays so. What is no hashtag,
// and one too many, is ErrInvalid for the field "name".
func (t *Timeline) FollowTag(ctx context.Context, name string) error {
	return t.withTag(ctx, name, func(tx *store.Tx, name string) error {
		all, err := tx.ListFollowedTags(ctx, store.Below(0, MaxFollowedTags))
		if err != nil {
			return err
		}
		if len(all) == MaxFollowedTags && !hasTag(all, name) {
			return social.InvalidField("name", "You follow %d hashtags already. Unfollow one first.", MaxFollowedTags)
		}
		return tx.PutFollowedTag(ctx, name)
	})
}

// UnfollowTag undoes FollowTag.
func (t *Timeline) UnfollowTag(ctx context.Context, name string) error {
	return t.withTag(ctx, name, func(tx *store.Tx, name string) error { return tx.DeleteFollowedTag(ctx, name) })
}

// FeatureTag puts a hashtag on the owner's profile. What is no hashtag, and one too
// many, is ErrInvalid for the field "name".
func (t *Timeline) FeatureTag(ctx context.Context, name string) error {
	return t.withTag(ctx, name, func(tx *store.Tx, name string) error {
		all, err := tx.ListFeaturedTags(ctx)
		if err != nil {
			return err
		}
		if len(all) >= MaxFeaturedTags && !hasTag(all, name) {
			return social.InvalidField("name", "There are %d hashtags on your profile already. Take one off first.", MaxFeaturedTags)
		}
		return tx.PutFeaturedTag(ctx, name)
	})
}

// UnfeatureTag undoes FeatureTag.
func (t *Timeline) UnfeatureTag(ctx context.Context, name string) error {
	return t.withTag(ctx, name, func(tx *store.Tx, name string) error { return tx.DeleteFeaturedTag(ctx, name) })
}

func (t *Timeline) withTag(ctx context.Context, name string, do func(tx *store.Tx, name string) error) error {
	name, err := CheckTag(name)
	if err != nil {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error { return do(tx, name) })
}

func hasTag(all []store.Tag, name string) bool {
	return slices.ContainsFunc(all, func(one store.Tag) bool { return strings.EqualFold(one.Name, name) })
}
