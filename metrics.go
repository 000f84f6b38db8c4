package main

import (
	"context"
	"net"
	"net/http"

	"github.com/VictoriaMetrics/metrics"

	"croft/home"
)

// serveMetrics serves figures in Prometheus' text format until ctx ends: of the
// process, and of what waits in each home.
func serveMetrics(ctx context.Context, l net.Listener, street *street) error {
	return serveOn(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		if homes := street.homes.Load(); homes != nil {
			for _, h := range *homes {
				if err := writeWork(r.Context(), w, h); err != nil {
					http.Error(w, "The figures of a home could not be read.", http.StatusServiceUnavailable)
					return
				}
			}
		}
		metrics.WriteProcessMetrics(w)
	}))
}

// writeWork writes how many jobs of a home wait, and how many were given up.
func writeWork(ctx context.Context, w http.ResponseWriter, h *home.Home) error {
	counts, err := h.Queue.CountJobs(ctx)
	if err != nil {
		return err
	}
	label := `{home="` + h.Site.Host() + `"}`
	metrics.WriteGaugeUint64(w, "croft_jobs_pending"+label, uint64(counts.Pending))
	metrics.WriteGaugeUint64(w, "croft_jobs_parked"+label, uint64(counts.Parked))
	return nil
}
