package queue

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"croft/store"
)

// BenchmarkReceive is jobs of the house's own in ten lanes, each finished in a
// transaction of its effect: what an inbox under load needs.
func BenchmarkReceive(b *testing.B) {
	for name, register := range map[string]func(w *world, left *atomic.Int64) func(*Queue){
		"one": func(w *world, left *atomic.Int64) func(*Queue) {
			return func(q *Queue) {
				q.Register("receive", func(ctx context.Context, j *Job) error {
					defer left.Add(-1)
					return w.store.Update(ctx, func(tx *store.Tx) error { return j.Done(ctx, tx) })
				}, KindOptions{Batch: 64})
			}
		},
		"batch": func(w *world, left *atomic.Int64) func(*Queue) {
			return func(q *Queue) {
				q.RegisterBatch("receive", func(ctx context.Context, jobs []*Job) []error {
					defer left.Add(-int64(len(jobs)))
					err := w.store.Update(ctx, func(tx *store.Tx) error {
						for _, j := range jobs {
							if err := j.Done(ctx, tx); err != nil {
								return err
							}
						}
						return nil
					})
					errs := make([]error, len(jobs))
					for i := range errs {
						errs[i] = err
					}
					return errs
				}, KindOptions{Batch: 64})
			}
		},
		"plain": func(_ *world, left *atomic.Int64) func(*Queue) {
			return func(q *Queue) {
				q.Register("receive", func(context.Context, *Job) error { left.Add(-1); return nil }, KindOptions{Batch: 64})
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			var left atomic.Int64
			left.Store(int64(b.N))
			w.start(128, register(w, &left))
			var jobs []Job
			payload := make([]byte, 1500)
			for i := range b.N {
				jobs = append(jobs, Job{Kind: "receive", Host: fmt.Sprint(i % 10), Payload: payload})
			}
			b.ResetTimer()
			w.put(jobs...)
			b.ReportMetric(float64(b.Elapsed().Milliseconds()), "ms-to-put")
			for left.Load() > 0 {
				time.Sleep(time.Millisecond)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}

func fanOut(n int) []Job {
	jobs := make([]Job, n)
	for i := range jobs {
		host := fmt.Sprintf("host%d.test", i)
		jobs[i] = Job{
			Kind: "deliver", Host: host, Topic: "https://home.test/@ana/123456789/activity",
			Recipient: "https://" + host + "/inbox", Payload: []byte("https://home.test/@ana/123456789/activity"),
		}
	}
	return jobs
}

// BenchmarkPutFanOut is the transaction that the owner waits for.
func BenchmarkPutFanOut(b *testing.B) {
	w := newWorld(b)
	w.q = New(w.store, Options{Now: w.clock.now})
	w.q.Register("deliver", func(context.Context, *Job) error { return nil }, KindOptions{Peer: true})
	jobs := fanOut(10_000)
	for b.Loop() {
		w.put(jobs...)
	}
}

// BenchmarkFanOut is the time until the last of 500 inboxes, each answering
// after 100 ms, has been reached; then the same at once.
func BenchmarkFanOut(b *testing.B) {
	for _, delay := range []time.Duration{0, 100 * time.Millisecond} {
		b.Run(delay.String(), func(b *testing.B) {
			w := newWorld(b)
			var left atomic.Int64
			w.start(128, func(q *Queue) {
				q.Register("deliver", func(context.Context, *Job) error {
					time.Sleep(delay)
					left.Add(-1)
					return nil
				}, KindOptions{Peer: true})
			})
			jobs := fanOut(500)
			for b.Loop() {
				left.Store(500)
				w.put(jobs...)
				for left.Load() > 0 {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
}

// BenchmarkMillion is one turn of the schedule beside a million waiting jobs
// of as many hosts, and what they cost in memory.
func BenchmarkMillion(b *testing.B) {
	w := newWorld(b)
	w.start(128, func(q *Queue) {
		q.Register("deliver", func(context.Context, *Job) error { return nil }, KindOptions{Peer: true})
	})
	later := w.clock.now().Add(24 * time.Hour)
	for at := range 100 {
		jobs := fanOut(10_000)
		for i := range jobs {
			jobs[i].Host = fmt.Sprintf("host%d-%d.test", at, i)
			jobs[i].At = later
		}
		w.put(jobs...)
	}
	b.ResetTimer()
	for b.Loop() {
		w.put(Job{Kind: "deliver", Host: "a.test"})
		w.settle()
	}
	b.StopTimer()
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapInuse)/(1<<20), "MiB-heap")
}
