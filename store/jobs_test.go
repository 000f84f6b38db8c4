package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

func TestJobIsReadBackWhole(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000).UTC()
	s := storetest.New(t, func() time.Time { return now })
	want := store.Job{
		Kind: "deliver", Host: "a.test", Topic: "post", Recipient: "https://a.test/inbox",
		Payload: []byte{0, 1, 2}, RunAt: now.Add(time.Hour),
	}
	storetest.Update(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.PutJob(t.Context(), want, true), tx.PutJob(t.Context(), store.Job{Kind: "deliver", Host: "a.test"}, true))
	})
	heads, err := s.ListHeads(t.Context(), "deliver", "a.test", 10)
	if err != nil || len(heads) != 2 || heads[0].ID != 2 || heads[1].Size != 3 {
		t.Fatalf("first jobs %+v, %v: what is to be done at once goes first", heads, err)
	}
	want.ID = 1
	got, err := s.ListJobs(t.Context(), []int64{1, 99})
	if err != nil || !cmp.Equal(got, []store.Job{want}) {
		t.Errorf("%v\n%s", err, cmp.Diff([]store.Job{want}, got))
	}
	storetest.Update(t, s, func(tx *store.Tx) error { return tx.SetParked(t.Context(), 1, 3, "a fault") })
	want.Attempts, want.LastError, want.ParkedAt = 3, "a fault", now
	parked, err := s.FindParked(t.Context(), 1)
	if err != nil || !cmp.Equal(parked, want) {
		t.Errorf("%v\n%s", err, cmp.Diff(want, parked))
	}
	if got, err := s.ListJobs(t.Context(), []int64{1}); err != nil || len(got) != 0 {
		t.Errorf("a parked job is listed as waiting: %+v, %v", got, err)
	}
}

func TestLaneIsReadBackWhole(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000).UTC()
	s := storetest.New(t, func() time.Time { return now })
	want := store.Lane{
		Kind: "deliver", Host: "a.test", Class: store.ProbationLane, DueAt: now.Add(time.Minute), Attempts: 2,
		Waited: 3 * time.Minute, Faults: 1, Refused: 2, BookedID: 7, LastError: "unavailable",
	}
	storetest.Update(t, s, func(tx *store.Tx) error {
		if err := tx.SetLane(t.Context(), want); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("set a lane that is not there: %v", err)
		}
		return errors.Join(
			tx.PutPeer(t.Context(), store.Peer{Host: "a.test", Failures: 1}),
			tx.PutJob(t.Context(), store.Job{Kind: "deliver", Host: "a.test"}, true),
			tx.SetLane(t.Context(), want),
			tx.PutJob(t.Context(), store.Job{Kind: "deliver", Host: "a.test"}, true),
		)
	})
	due, next, err := s.ListDueLanes(t.Context(), store.ProbationLane, now, 5)
	if err != nil || len(due) != 0 || !next.Equal(want.DueAt) {
		t.Errorf("a lane that backs off was woken: due %+v, next %v, %v", due, next, err)
	}
	due, _, err = s.ListDueLanes(t.Context(), store.ProbationLane, want.DueAt, 5)
	if err != nil || !cmp.Equal(due, []store.Lane{want}) {
		t.Errorf("%v\n%s", err, cmp.Diff([]store.Lane{want}, due))
	}
}

func TestPeerIsReadBackWhole(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000).UTC()
	s := storetest.New(t, nil)
	want := store.Peer{
		Host: "a.test", Failures: 6, Recent: []time.Time{now, now.Add(time.Minute)},
		OpenUntil: now.Add(time.Hour), RestingSince: now, ProbeAt: now.Add(24 * time.Hour),
	}
	storetest.Update(t, s, func(tx *store.Tx) error {
		return errors.Join(
			tx.SetHostScheme(t.Context(), "a.test", "cavage"),
			tx.SetHostScheme(t.Context(), "a.test", "rfc9421"),
			tx.PutPeer(t.Context(), want),
		)
	})
	got, err := s.FindPeer(t.Context(), "a.test")
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v\n%s", err, cmp.Diff(want, got))
	}
	for host, want := range map[string]string{"a.test": "rfc9421", "b.test": ""} {
		if scheme, err := s.FindHostScheme(t.Context(), host); err != nil || scheme != want {
			t.Errorf("scheme of %s: %q, %v; want %q", host, scheme, err, want)
		}
	}
	if _, err := s.FindPeer(t.Context(), "b.test"); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("a host that nobody heard of: %v", err)
	}
}

func TestCancelNeedsHostOrTopic(t *testing.T) {
	s := storetest.New(t, nil)
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, j := range []store.Job{
			{Kind: "deliver", Host: "a.test", Topic: "p"}, {Kind: "deliver", Host: "b.test", Topic: "p"},
			{Kind: "thread", Host: "a.test", Topic: "p"}, {Kind: "deliver", Host: "a.test"},
		} {
			if err := tx.PutJob(t.Context(), j, true); err != nil {
				return err
			}
		}
		return nil
	})
	for _, test := range []struct {
		filter store.JobFilter
		want   []int64
	}{
		{store.JobFilter{Kind: "deliver"}, nil},
		{store.JobFilter{Kind: "deliver", Topic: "p", Host: "a.test"}, []int64{1}},
		{store.JobFilter{Kind: "deliver", Topic: "p"}, []int64{2}},
		{store.JobFilter{Kind: "deliver", Host: "a.test"}, []int64{4}},
	} {
		var got []int64
		storetest.Update(t, s, func(tx *store.Tx) error {
			jobs, err := tx.CancelJobs(t.Context(), test.filter)
			for _, j := range jobs {
				got = append(got, j.ID)
			}
			return err
		})
		if !slices.Equal(got, test.want) {
			t.Errorf("cancel %+v: %v, want %v", test.filter, got, test.want)
		}
	}
}
