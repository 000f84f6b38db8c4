package templates

import (
	"strconv"
	"strings"
)

// Input describes a field of one line.
type Input struct {
	Name, Label, Value string
	Type               string // text if empty; the value of a password is never written back
	Hint               string
	Placeholder        string
	Autocomplete       string
	Optional           bool
	Verbatim           bool // no capital letters, no spelling
	Mono               bool
}

func (f Input) describedBy(p *Page) string {
	var ids []string
	if p.problem(f.Name) != "" {
		ids = append(ids, f.Name+"-error")
	}
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	return strings.Join(ids, " ")
}

// spot is one of the nine places that a picture can keep in view.
type spot struct{ Value, Label string }

func focusSpots() []spot {
	return []spot{
		{"-1,1", "Top left"}, {"0,1", "Top"}, {"1,1", "Top right"},
		{"-1,0", "Left"}, {"0,0", "Centre"}, {"1,0", "Right"},
		{"-1,-1", "Bottom left"}, {"0,-1", "Bottom"}, {"1,-1", "Bottom right"},
	}
}

// focusValue is the spot nearest to a focal point.
func focusValue(x, y float64) string { return third(x) + "," + third(y) }

func third(n float64) string {
	switch {
	case n > 0.5:
		return "1"
	case n < -0.5:
		return "-1"
	default:
		return "0"
	}
}

func capitalized(word string) string {
	return strings.ToUpper(word[:1]) + word[1:]
}

// numbered names the field of one of several alike: alt_1, alt_2.
func numbered(name string, n int) string { return name + "_" + strconv.Itoa(n) }
