package templates

// wall is the colour of a hue's paper by day and by night, and of its accent by
// day. The stylesheet mixes these from the hue; what stands outside of a page,
// around it or on a phone's home screen, cannot, and gets the outcome.
type wall struct{ light, dark, accent string }

var walls = map[string]wall{
	"moss":    {"#f6f6f0", "#1b1b17", "#3b5f2f"},
	"sea":     {"#f5f6f3", "#1a1c1a", "#05615f"},
	"woad":    {"#f5f6f5", "#1a1b1c", "#255689"},
	"heather": {"#faf4f3", "#1f191a", "#783a68"},
	"madder":  {"#fcf4f0", "#201917", "#8c3033"},
	"rowan":   {"#fbf4ef", "#201a16", "#843c17"},
	"gorse":   {"#f9f5ef", "#1e1a15", "#6b4f03"},
	"peat":    {"#f9f5f0", "#1d1a18", "#625040"},
}

// Walls is the paper of a hue by day and by night, as #rrggbb; of the first hue
// for a name that is none.
func Walls(hue string) (light, dark string) {
	w := wallOf(hue)
	return w.light, w.dark
}

// Accent is the accent of a hue by day, as #rrggbb.
func Accent(hue string) string { return wallOf(hue).accent }

func wallOf(hue string) wall {
	if w, ok := walls[hue]; ok {
		return w
	}
	return walls[Hues()[0]]
}
