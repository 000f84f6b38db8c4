package scenery

import "math"

// Stones is a wall without mortar.
func Stones(seed uint32) Scene {
	tints := []Colour{Hex(0x5d666c), Hex(0x8a8577), Hex(0xb6ab98), Hex(0x454d55), Hex(0x9a6a53), Hex(0xcfc8b8), Hex(0x6f7d83)}
	return func(x, y float64) Colour {
		u, v := x*7+.3*(cloud(x*9, y*9, seed)-.5), y*8.5+.3*(cloud(x*9, y*9, seed+1)-.5)
		best, second, which := 9.0, 9.0, 0.0
		for i := range 9 {
			cx, cy := int(math.Floor(u))+i%3-1, int(math.Floor(v))+i/3-1
			away := math.Hypot(u-float64(cx)-.15-.7*grain(cx, cy, seed+2), v-float64(cy)-.15-.7*grain(cx, cy, seed+3))
			if away < best {
				best, second, which = away, best, grain(cx, cy, seed+4)
			} else if away < second {
				second = away
			}
		}
		c := tints[int(which*6.99)].times(.8 + .4*cloud(x*24, y*24, seed+5) - .25*best)
		return c.to(Hex(0x191c1d), smooth(.13, .02, second-best))
	}
}

// Sand is what the ebb leaves.
func Sand(seed uint32) Scene {
	return func(x, y float64) Colour {
		u := y*13 + 5*cloud(x*1.1, y*1.6, seed) + 1.4*cloud(x*4, y*4, seed+1)
		wave := .5 + .5*math.Sin(u*2.6)
		c := Hex(0xa8906c).to(Hex(0xe6d5b0), smooth(.1, .9, wave)).to(Hex(0x8d8f90), .5*smooth(.25, 0, wave))
		return c.times(.93 + .14*grain(int(x*700), int(y*700), seed))
	}
}

// Cloth is a checked twill of wool, close by: colours, and how many threads of
// each, one after the other and back.
func Cloth(seed uint32, colours []Colour, threads []int) Scene {
	var sett []Colour
	for i, n := range threads {
		for range n {
			sett = append(sett, colours[i%len(colours)])
		}
	}
	for i := len(sett) - 1; i >= 0; i-- {
		sett = append(sett, sett[i])
	}
	return func(x, y float64) Colour {
		u, v := x*105+.8*cloud(x*7, y*7, seed), y*105+.8*cloud(x*7, y*7, seed+1)
		warp, weft := int(math.Floor(u)), int(math.Floor(v))
		over := (warp+weft)%4 < 2 // the twill
		along, across, thread := v, u-math.Floor(u), sett[warp%len(sett)]
		if !over {
			along, across, thread = u, v-math.Floor(v), sett[weft%len(sett)]
		}
		light := .62 + .42*math.Sin(math.Pi*across) + .16*(cloud(along*2.5, across*3+float64(warp*7+weft), seed+2)-.5)
		return thread.times(light)
	}
}

// Hanks are dyed wool on a rail, one beside the other.
func Hanks(seed uint32, dyes ...Colour) Scene {
	return func(x, y float64) Colour {
		wall := Hex(0xe9e3d6).to(Hex(0xcfc7b6), y).times(.96 + .08*cloud(x*6, y*40, seed))
		if y > .1 && y < .135 {
			return Hex(0x8a6a48).times(.75 + .5*cloud(x*8, y*160, seed))
		}
		width := .21
		i := int(math.Floor((x - .04) / width))
		if i < 0 || i >= len(dyes) {
			return wall
		}
		u := (x-.04)/width - float64(i) - .5 // from -.5 to .5 across the hank
		foot := .84 + .08*grain(i, 0, seed)
		body := (.27 + .13*smooth(.1, .35, y)) * math.Sqrt(max(0, 1-math.Pow(max(0, (y-.55)/(foot-.55)), 3)))
		if y < .085 || math.Abs(u) > body {
			return wall.times(1 - .22*smooth(body+.13, body, math.Abs(u-.04))*smooth(foot+.05, foot-.1, y)*smooth(.1, .2, y))
		}
		twist := math.Sin(34*(u/max(body, .01)*.9+y*2.6) + 5*cloud(u*3, y*3, seed+uint32(i)))
		light := (.72 + .16*twist + .2*cloud(u*40, y*6, seed+uint32(i))) * (1.12 - 1.1*u*u/max(body*body, .01)*.5)
		return dyes[i].times(light)
	}
}

// Loaf is bread on a board, cut across the top.
func Loaf(seed uint32) Scene {
	return func(x, y float64) Colour {
		board := Hex(0x9a7650).times(.8 + .35*cloud(x*3, y*42, seed))
		c := Hex(0x3f4a4c).to(Hex(0x5a6664), cloud(x*3, y*3, seed+4))
		if y > .56 {
			c = board.times(1 - .6*math.Exp(-90*square(y-.82)-5*square(x-.75)))
		}
		u, v := (x-.75)/.5, (y-.56)/.3
		away := u*u + v*v*(1+.25*smooth(0, 1, v)) + .05*(cloud(x*5, y*5, seed)-.5)
		if away > 1 {
			return c
		}
		crust := Hex(0x7a431c).to(Hex(0xd19a55), smooth(.95, .1, away)*(.55+.6*cloud(x*9, y*9, seed+1))).to(Hex(0xf0dfc2), .55*smooth(.5, .75, cloud(x*12, y*12, seed+2))*smooth(.2, -.6, v))
		for i := range 4 {
			s := u + .62 - .38*float64(i) + .35*v
			if wide := .055 * smooth(.8, .1, away); math.Abs(s) < wide {
				crust = Hex(0xf2e2bf).to(Hex(0xb9803f), math.Abs(s)/wide)
			}
		}
		return crust.times(1.08 - .5*smooth(-.2, 1, v)*away)
	}
}

// Shell is a snail's house on a leaf.
func Shell(seed uint32) Scene {
	return func(x, y float64) Colour {
		leaf := Hex(0x3d6b3a).to(Hex(0x6d9a4e), cloud(x*2.5, y*2.5, seed))
		vein := math.Abs(math.Mod(x*1.4+math.Abs(y-.62)*1.1, .22) - .11)
		leaf = leaf.to(Hex(0xa9c583), .6*smooth(.012, .002, min(vein, math.Abs(y-.62)))).times(.9 + .2*cloud(x*30, y*30, seed))
		u, v := x-.78, y-.46
		away, turn := math.Hypot(u, v), math.Atan2(v, u)
		if away > .3+.02*math.Sin(turn) {
			return leaf.times(1 - .45*smooth(.4, .3, math.Hypot(u-.03, v-.05)))
		}
		along := math.Mod(math.Log(away/.3+.02)/.62-turn/(2*math.Pi)+20, 1)
		c := Hex(0x8a5a34).to(Hex(0xefd6a4), smooth(.05, .5, along)).to(Hex(0x5a3820), smooth(.72, .98, along))
		c = c.times(.92 + .16*cloud(turn*9, away*6, seed+1))
		return c.times(1.12 - 1.5*away + .5*smooth(.25, 0, math.Hypot(u+.1, v+.12)))
	}
}
