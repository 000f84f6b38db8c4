package activity

import (
	"errors"
	"testing"

	"croft/social"
)

// TestDecisions holds single decisions of the door's reader, each by a document
// that nothing else would refuse, or take (SIG-32).
func TestDecisions(t *testing.T) {
	const (
		good = `"id":"https://evil.test/a/1","actor":"https://evil.test/mallory"`
		rest = `"type":"Like","object":"https://home.test/@amy/1"`
	)
	typed := func(types string) string {
		return `{` + good + `,"object":"https://home.test/@amy/1","type":` + types + `}`
	}
	context := func(c string) string { return `{"@context":` + c + `,` + good + `,` + rest + `}` }
	for name, body := range map[string]string{
		"ACT-37 an act and a post":                  typed(`["Create","Note"]`),
		"ACT-37 an act and a person":                typed(`["Create","Person"]`),
		"ACT-37 an act and a list":                  typed(`["Create","OrderedCollection"]`),
		"ACT-37 an act and a grave":                 typed(`["Create","Tombstone"]`),
		"ORI-20 a string without end":               `{` + good + `,` + rest + `,"x":"never`,
		"ORI-20 a name without end":                 `{` + good + `,` + rest + `,"x`,
		"ORI-21 remapped after something else":      context(`[{"x":"ex:x"},{"actor":"https://evil.test/ns#x"}]`),
		"ORI-21 remapped after a harmless list":     context(`["https://www.w3.org/ns/activitystreams",["https://a.test/c"],{"Like":"as:Delete"}]`),
		"ORI-21 remapped to a word without a space": context(`{"actor":"actor"}`),
	} {
		if head, err := Peek([]byte(body)); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: Peek says %+v, %v", name, head, err)
		}
		if a, err := Decode([]byte(body)); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: Decode says %+v, %v", name, a, err)
		}
	}
	for name, body := range map[string]string{
		"a word of ours twice":               typed(`["Like","Like"]`),
		"ours after one that nobody knows":   typed(`["ex:Fond","Like"]`),
		"ours before one that nobody knows":  typed(`["Like","ex:Fond"]`),
		"a backslash before u0000":           `{` + good + `,` + rest + `,"x":"\\u0000"}`,
		"ActivityStreams' words in its body": `{"x":{"@context":{"a":"ex:a"}},"y":{"Like":"ex:y"},` + good + `,` + rest + `}`,
		"LDP's inbox in full":                context(`{"inbox":"http://www.w3.org/ns/ldp#inbox"}`),
	} {
		if head, err := Peek([]byte(body)); err != nil || head.Type != "Like" || head.Object != "https://home.test/@amy/1" {
			t.Errorf("%s: Peek says %+v, %v", name, head, err)
		}
		if _, err := Decode([]byte(body)); err != nil {
			t.Errorf("%s: Decode says %v", name, err)
		}
	}
	if head, err := PeekObject([]byte(`{"type":"Note"}`)); err != nil || head.ID != "" {
		t.Errorf("no id: %+v, %v", head, err)
	}
	if head, err := PeekObject([]byte(`{"type":"Note"`)); !errors.Is(err, social.ErrInvalid) {
		t.Errorf("cut off: %+v, %v", head, err)
	}
	if head := HeadOf(Flag{ID: "1", Objects: []string{"a", "b"}}); head.Object != "a" {
		t.Errorf("flag: %+v", head)
	}
	if head := HeadOf(Flag{ID: "1"}); head.Object != "" {
		t.Errorf("flag of nothing: %+v", head)
	}
}
