package federation_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"croft/federation/fedtest"
)

// BenchmarkAdmit lets signed Creates of ten known people on five servers in,
// sixteen at a time, and has them received. The signatures are made before.
func BenchmarkAdmit(b *testing.B) {
	w := fedtest.NewWorld(b)
	home := w.Home("me.test")
	var people []*fedtest.Actor
	for i := range 5 {
		peer := w.Peer(fmt.Sprintf("peer%d.test", i))
		people = append(people, peer.Person("ann"), peer.Person("ben"))
	}
	for _, p := range people {
		home.Know(p)
	}
	bodies := make([][]byte, b.N)
	requests := make([]*http.Request, b.N)
	for i := range b.N {
		from := people[i%len(people)]
		bodies[i] = from.Act("Create", fmt.Sprint(i), from.Note(fmt.Sprint(i))).JSON()
		requests[i] = from.Post(home.Site.Inbox(), bodies[i])
	}
	b.ResetTimer()
	var wait sync.WaitGroup
	for part := range 16 {
		wait.Go(func() {
			for i := part; i < b.N; i += 16 {
				if err := home.Admit(requests[i], bodies[i]); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wait.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "admitted/s")
	if got := len(home.Arrivals()); got != b.N {
		b.Errorf("%d arrived, want %d", got, b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "received/s")
}

// BenchmarkStrangers lets a follow of somebody unknown in, five each of many
// servers, sixteen at a time.
func BenchmarkStrangers(b *testing.B) {
	w := fedtest.NewWorld(b)
	home := w.Home("me.test")
	var bodies [][]byte
	var requests []*http.Request
	var peers []*fedtest.Peer
	for i := 0; len(bodies) < b.N; i++ {
		peer := w.Peer(fmt.Sprintf("peer%d.test", i))
		peers = append(peers, peer)
		for j := range 5 {
			from := peer.Person(fmt.Sprintf("person%d", j))
			body := from.Act("Follow", "1", home.Site.Actor()).JSON()
			bodies, requests = append(bodies, body), append(requests, from.Post(home.Site.Inbox(), body))
		}
	}
	b.ResetTimer()
	var wait sync.WaitGroup
	for part := range 16 {
		wait.Go(func() {
			for i := part; i < b.N; i += 16 {
				if err := home.Admit(requests[i], bodies[i]); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wait.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "admitted/s")
	asked := 0
	for _, p := range peers {
		asked += len(p.Requests())
	}
	b.ReportMetric(float64(asked)/float64(b.N), "requests/op")
}
