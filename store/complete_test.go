package store_test

import (
	"testing"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// Who is near stands first, by handle or by name; nobody who is blocked, gone or
// of this home is offered.
func TestCompleteActors(t *testing.T) {
	w := newWorld(t)
	named := func(handle, name string) *social.Actor {
		a := storetest.Actor(handle, "aaa.test")
		a.Name = name
		return storetest.PutActor(t, w.Store, a)
	}
	caro, zed, blocked, gone := named("caro", ""), named("zed", "Carla"), named("carp", ""), storetest.Actor("card", "aaa.test")
	gone.GoneAt = clock()
	storetest.PutActor(t, w.Store, gone)
	storetest.Update(t, w.Store, func(tx *store.Tx) error { return tx.PutBlock(t.Context(), blocked.ID) })

	for text, want := range map[string][]social.ID{
		"car":               {w.carol.ID, caro.ID, zed.ID}, // carol is followed
		"@CAR":              {w.carol.ID, caro.ID, zed.ID},
		"s":                 {w.sam.ID}, // sam follows
		"car@a":             {caro.ID},
		"caro@":             {w.carol.ID, caro.ID},
		"Carla":             {zed.ID},
		"arol":              nil,
		w.owner.Handle.Name: nil,
		"":                  nil,
	} {
		found, err := w.CompleteActors(t.Context(), text, 5)
		if err != nil {
			t.Fatal(err)
		}
		var got []social.ID
		for _, a := range found {
			got = append(got, a.ID)
		}
		wantSame(t, text, got, want)
	}
	found, err := w.CompleteActors(t.Context(), "car", 1)
	if err != nil || len(found) != 1 || found[0].ID != w.carol.ID {
		t.Errorf("one of car is %v (%v)", found, err)
	}
}

// The owner's own hashtags stand first and as they wrote them.
func TestCompleteTags(t *testing.T) {
	w := newWorld(t)
	post := func(author *social.Actor, name string, ms int64, tags ...string) {
		p := storetest.Post(author, name, at(ms))
		p.Tags = tags
		storetest.PutPost(t, w.Store, p)
	}
	post(w.owner, "1", 1, "Woollen", "Über")
	post(w.owner, "2", 2, "WoolCraft")
	post(w.owner, "3", 3)
	post(w.bob, "4", 4, "wool", "woad", "woollen")
	post(w.bob, "5", 5, "wool")
	for text, want := range map[string][]string{
		"wool": {"WoolCraft", "Woollen", "wool"}, "#Wo": {"WoolCraft", "Woollen", "woad", "wool"}, "über": {"Über"}, "x": nil, "": nil,
	} {
		got, err := w.CompleteTags(t.Context(), text, 8)
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, text, got, want)
	}
	got, err := w.CompleteTags(t.Context(), "wo", 2)
	if err != nil || len(got) != 2 {
		t.Errorf("two of wo are %q (%v)", got, err)
	}
}
