package media

import (
	"bytes"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkSave takes a 12-megapixel photo from a phone through the whole way.
// Peak is how much the heap grew at most, what is not yet collected included.
func BenchmarkSave(b *testing.B) {
	data := asJPEG(b, grain(4000, 3000))
	l := newLibrary(b, Options{})
	runtime.GC()
	base := heap()
	var peak atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				peak.Store(max(peak.Load(), heap()))
			}
		}
	}()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := l.Save(b.Context(), bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		runtime.GC()
		b.StartTimer()
	}
	close(done)
	<-stopped
	b.ReportMetric(float64(max(peak.Load(), base)-base)/1e6, "peak-MB")
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
