package markup

import (
	"slices"
	"strings"
)

// Change is a run of words that stayed, or went, or came.
type Change struct {
	Text       string
	Went, Came bool
}

// changesMost bounds the work of Changes: pairs of words to hold against each
// other. What differs more is told as all gone and all new.
const changesMost = 1 << 20

// Changes says how one plain text became another, word by word. Where nothing
// changed it is empty. Spaces and line breaks do not count.
func Changes(before, after string) []Change {
	a, b := strings.Fields(before), strings.Fields(after)
	if slices.Equal(a, b) {
		return nil
	}
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var c changes
	c.add(a[:head], false, false)
	c.between(a[head:len(a)-tail], b[head:len(b)-tail])
	c.add(a[len(a)-tail:], false, false)
	return c
}

type changes []Change

// add appends words to the last run if it is of their kind.
func (c *changes) add(words []string, went, came bool) {
	if len(words) == 0 {
		return
	}
	text := strings.Join(words, " ")
	if last := len(*c) - 1; last >= 0 && (*c)[last].Went == went && (*c)[last].Came == came {
		(*c)[last].Text += " " + text
		return
	}
	*c = append(*c, Change{text, went, came})
}

// between walks along the longest run of words that both have in common.
func (c *changes) between(a, b []string) {
	if len(a)*len(b) > changesMost {
		c.add(a, true, false)
		c.add(b, false, true)
		return
	}
	common := make([]uint16, (len(a)+1)*(len(b)+1)) // of what is left of each
	at := func(i, j int) *uint16 { return &common[i*(len(b)+1)+j] }
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				*at(i, j) = *at(i+1, j+1) + 1
			} else {
				*at(i, j) = max(*at(i+1, j), *at(i, j+1))
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			c.add(a[i:i+1], false, false)
			i, j = i+1, j+1
		case *at(i+1, j) >= *at(i, j+1):
			c.add(a[i:i+1], true, false)
			i++
		default:
			c.add(b[j:j+1], false, true)
			j++
		}
	}
	c.add(a[i:], true, false)
	c.add(b[j:], false, true)
}
