package main

import (
	"fmt"
	"slices"
	"time"
)

// outcome is what became of a number of calls.
type outcome struct {
	calls  int
	all    time.Duration
	cpu    time.Duration
	took   []time.Duration
	failed int
}

func (o outcome) String() string {
	slices.Sort(o.took)
	text := fmt.Sprintf("%.0f/s, p99 %.1f ms", float64(o.calls)/o.all.Seconds(), ms(o.took[len(o.took)*99/100]))
	if o.failed > 0 {
		text += fmt.Sprintf(", %d FAILED", o.failed)
	}
	return text
}

func (o outcome) perCall() string { return perCall(o.cpu, o.calls) }

func perCall(cpu time.Duration, calls int) string {
	return fmt.Sprintf("%.3f ms", ms(cpu)/float64(calls))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
