package activity

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkDecode decodes a plain Create of each kind of server, and a profile.
func BenchmarkDecode(b *testing.B) {
	for name, path := range map[string]string{
		"gotosocial": "gotosocial/30-create-note-unlisted-reply-mention-contentmap.json",
		"snac2":      "snac2/08-create-note-public.json",
		"honk":       "honk/16-create-note-public-reply.json",
		"like":       "gotosocial/31-like.json",
		"actor":      "gotosocial/documents/actor.json",
	} {
		data, err := os.ReadFile(filepath.Join("testdata", path))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decodeAny(path, data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPeek is what the door pays for each request.
func BenchmarkPeek(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("testdata", "gotosocial", "30-create-note-unlisted-reply-mention-contentmap.json"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Peek(data); err != nil {
			b.Fatal(err)
		}
	}
}
