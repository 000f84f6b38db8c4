package scenery

import "math"

// Face is somebody's portrait, or the sign they go by.
type Face struct {
	Wall, Skin, Hair, Coat, Trim Colour
	Style                        Style
}

// Style is how the hair is worn, or which sign it is.
type Style int

// The styles. The last three are signs and have no face.
const (
	Short Style = iota
	Bun
	Long
	Scarf
	Beard
	Curls
	Spiral
	Boat
	Fern
)

// Scene is the portrait for a square, or one a little taller.
func (f Face) Scene() Scene {
	switch f.Style {
	case Spiral, Boat, Fern:
		return f.sign
	}
	return f.portrait
}

func ellipse(x, y, cx, cy, rx, ry float64) bool { return square((x-cx)/rx)+square((y-cy)/ry) < 1 }

func (f Face) portrait(x, y float64) Colour {
	c := f.Wall
	if y > .62-.1*math.Sin(x*5+1) {
		c = f.Wall.to(f.Coat, .28)
	}
	x -= .5
	if f.behind(x, y) {
		c = f.Hair
	}
	if ellipse(x, y, 0, 1.12, .42, .38) {
		c = f.Coat
	}
	if away := math.Abs(x) - (.96-y)*.62; y > .74 && y < .97 && math.Abs(away) < .035 {
		c = f.Trim
	}
	if math.Abs(x) < .075 && y > .6 && y < .8-.35*math.Abs(x) {
		c = f.Skin.times(.86)
	}
	if ellipse(x, y, 0, .48, .165, .21) {
		c = f.Skin
	}
	return f.before(c, x, y)
}

// behind says where hair shows behind the head.
func (f Face) behind(x, y float64) bool {
	switch f.Style {
	case Bun:
		return ellipse(x, y, .13, .22, .085, .085)
	case Long:
		return ellipse(x, y, 0, .46, .235, .25) || math.Abs(x) < .23 && y > .46 && y < .82
	case Scarf:
		return ellipse(x, y, 0, .5, .225, .285) || ellipse(x, y, 0, .8, .27, .13)
	case Curls:
		for i := range 11 {
			turn := math.Pi * (.86 + 1.28*float64(i)/10)
			if ellipse(x, y, .17*math.Cos(turn), .44+.19*math.Sin(turn), .085, .085) {
				return true
			}
		}
	}
	return false
}

// before paints what lies over the face.
func (f Face) before(c Colour, x, y float64) Colour {
	head := ellipse(x, y, 0, .47, .185, .225)
	switch line := .40 + 1.9*x*x; f.Style {
	case Scarf:
		if head && !ellipse(x, y, 0, .5, .135, .18) {
			return f.Hair.times(.93)
		}
	case Beard:
		if ellipse(x, y, 0, .56, .155, .16) && y > .52+.9*x*x {
			return f.Hair
		}
		fallthrough
	case Short:
		if head && y < line-.03 {
			return f.Hair
		}
	case Long:
		if head && y < .335+.3*math.Abs(x)+3.2*x*x {
			return f.Hair
		}
	default:
		if head && y > line-.025 && y < line+.005 && f.Style == Bun {
			return f.Trim
		}
		if head && y < line {
			return f.Hair
		}
	}
	return c
}

func (f Face) sign(x, y float64) Colour {
	u, v := x-.5, y-.5
	switch away, turn := math.Hypot(u, v), math.Atan2(v, u); f.Style {
	case Spiral:
		along := math.Mod(away*7-turn/(2*math.Pi)+9, 1)
		if away < .36 && math.Abs(along-.5) < .24 {
			return f.Trim
		}
	case Boat:
		switch {
		case v > .12 && v < .26 && math.Abs(u) < .36-1.1*(v-.12):
			return f.Coat
		case v < .09 && v > -.36 && (u > .02 && u < .02+.3*(v+.36)/.45 || u < -.02 && u > -.02-.21*(v+.3)/.4 && v > -.3):
			return f.Trim
		case v > .3+.012*math.Sin(u*26), v > .2+.012*math.Sin(u*26) && v < .225+.012*math.Sin(u*26) && math.Abs(u) > .33:
			return f.Wall.to(f.Coat, .45)
		}
	default: // Fern
		stem := u + .9*v*v - .1
		leaf := math.Abs(math.Mod(v*9+math.Abs(stem)*5+40, 1) - .5)
		if v > -.38 && v < .4 && (math.Abs(stem) < .014 || math.Abs(stem) < .3*smooth(-.4, .1, v)*smooth(.42, .2, v) && leaf < .2) {
			return f.Trim
		}
	}
	return f.Wall
}
