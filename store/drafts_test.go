package store_test

import (
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestDrafts keeps drafts whole and lists the one saved last first. What one
// holds is not among the uploads that nothing needs.
func TestDrafts(t *testing.T) {
	now := clock()
	s := storetest.New(t, func() time.Time { return now })
	first := social.Draft{Text: "a", Warning: "w", Sensitive: true, Language: "de", Visibility: social.Direct, InReplyToID: 77}
	second := social.Draft{Text: "b", Visibility: social.Public}
	var free social.ID
	put := func(d *social.Draft) {
		t.Helper()
		now = now.Add(time.Minute)
		storetest.Update(t, s, func(tx *store.Tx) (err error) {
			d.ID, err = tx.PutDraft(t.Context(), *d)
			d.SavedAt = tx.Now
			return err
		})
	}
	storetest.Update(t, s, func(tx *store.Tx) (err error) {
		if free, err = tx.PutAttachment(t.Context(), social.Attachment{Kind: social.MediaImage, File: "free.jpg"}); err != nil {
			return err
		}
		held, err := tx.PutAttachment(t.Context(), social.Attachment{Kind: social.MediaImage, File: "held.jpg"})
		first.Attachments = []social.ID{held}
		return err
	})
	put(&first)
	put(&second)
	first.Text = "a, mended"
	put(&first)

	all, err := s.ListDrafts(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%d drafts (%v)", len(all), err)
	}
	wantSame(t, "the list", all, []social.Draft{first, second})
	one, err := s.FindDraft(t.Context(), second.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "one draft", one, second)
	unheld := func() []social.ID {
		t.Helper()
		found, err := s.ListUnattached(t.Context(), now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		var ids []social.ID
		for _, m := range found {
			ids = append(ids, m.ID)
		}
		return ids
	}
	wantSame(t, "uploads that nothing holds", unheld(), []social.ID{free})

	storetest.Update(t, s, func(tx *store.Tx) error { return tx.DeleteDraft(t.Context(), first.ID) })
	_, err = s.FindDraft(t.Context(), first.ID)
	wantError(t, "a draft thrown away", err, social.ErrNotFound)
	if n, err := s.CountDrafts(t.Context()); err != nil || n != 1 {
		t.Errorf("%d drafts are left (%v)", n, err)
	}
	wantSame(t, "uploads that nothing holds, later", unheld(), []social.ID{first.Attachments[0], free})
}
