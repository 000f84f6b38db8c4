package scenery

import "math"

// Loch is a house by still water under mountains, made for a wide picture.
func Loch(seed uint32) Scene {
	const shore = .64
	land := func(x, y float64) Colour {
		c := Hex(0x8fa6ba).to(Hex(0xf2dfb4), smooth(0, .5, y)).to(Hex(0xfff2cf), .8*math.Exp(-6*(square(x-2)+square(y-.42))))
		c = c.to(Hex(0xdfe2e0), .55*smooth(.5, .75, cloud(x*1.2, y*6, seed)))
		for i, tint := range []int{0x8ea3b8, 0x7b97a3, 0x678a86} {
			depth := float64(i)
			edge := .30 + .1*depth - (.30-.07*depth)*(cloud(x*(1.5-.2*depth), depth*9, seed+11)-.35)
			c = c.to(Hex(tint).to(Hex(0xc9d3cf), .6*smooth(edge, shore, y)), smooth(edge-.003, edge+.003, y))
		}
		bank := .60 - .025*cloud(x*3, 1, seed+5)
		c = c.to(Hex(0x6f8450).to(Hex(0x55703f), cloud(x*30, y*60, seed)), smooth(bank-.002, bank+.002, y))
		return cottage(c, x-1.12, y-.62)
	}
	return func(x, y float64) Colour {
		edge := .955 - .05*cloud(x*2.2, 3, seed+8)
		if y > edge+.012*cloud(x*90, 0, seed) {
			return Hex(0x76864a).to(Hex(0x49602f), cloud(x*60, y*25, seed+2))
		}
		if y < shore {
			return land(x, y).times(.97 + .06*cloud(x*70, y*70, seed))
		}
		deep := y - shore
		c := land(x+.05*(cloud(x*6, y*70, seed+3)-.5)*smooth(0, .1, deep), shore-deep*1.2).times(.92)
		c = c.to(Hex(0x7d93a0), .35+.5*deep)
		return c.to(Hex(0xe4e3d4), .5*smooth(.6, .72, cloud(x*2, y*38, seed+6)))
	}
}

func square(x float64) float64 { return x * x }

// cottage paints a white house with two chimneys, its foot at 0, 0.
func cottage(c Colour, x, y float64) Colour {
	in := func(left, top, right, foot float64) bool { return x > left && x < right && y > top && y < foot }
	switch {
	case in(-.045, -.088, -.03, -.06), in(.03, -.088, .045, -.06):
		return Hex(0x4b4a48)
	case y > -.082 && y < -.042 && math.Abs(x) < .056-.1*(-.042-y):
		return Hex(0x575552)
	case in(-.008, -.03, .008, 0):
		return Hex(0x9c4130)
	case in(-.036, -.032, -.022, -.014), in(.022, -.032, .036, -.014):
		return Hex(0x4d6272)
	case in(-.05, -.044, .05, 0):
		return Hex(0xf3efe4)
	}
	return c
}

// Dusk is the sea with the sun low over it, and a sail.
func Dusk(seed uint32) Scene {
	const rim, sun = .55, .9
	sky := func(x, y float64) Colour {
		c := Hex(0x454a6b).to(Hex(0xd98c78), smooth(0, .42, y)).to(Hex(0xf7cf8f), smooth(.38, rim, y))
		c = c.to(Hex(0x5f5876), .6*smooth(.52, .7, cloud(x*1.6, y*7, seed))*smooth(.55, .1, y))
		away := math.Hypot(x-sun, y-.47)
		c = c.to(Hex(0xffe9b5), .8*math.Exp(-7*away)).to(Hex(0xfff4d6), smooth(.046, .042, away))
		isle := rim - .03*smooth(.45, .75, cloud(x*2.6, 4, seed+9)) - .004
		return c.to(Hex(0x4e5270), smooth(isle-.002, isle+.002, y))
	}
	return func(x, y float64) Colour {
		if y < rim {
			c := sky(x, y)
			if u, v := x-.42, rim-y; v > .012 && v < .17 && u > -.055*(1-v/.17) && u < .004 || v < .012 && math.Abs(u+.02) < .05 {
				return Hex(0x2e3048)
			}
			return c
		}
		deep := y - rim
		c := sky(x+.07*(cloud(x*7, y*55, seed+1)-.5), rim-deep*.9).times(.8).to(Hex(0x3d4668), .35)
		glint := smooth(.55, .7, cloud(x*5, y*50/(1+2*deep), seed+2)) * math.Exp(-9*square(x-sun)/(.3+deep))
		return c.to(Hex(0xffdf9f), .85*glint)
	}
}

// Ridges are wooded hills, one behind the other, in mist.
func Ridges(seed uint32) Scene {
	return func(x, y float64) Colour {
		c := Hex(0xd9dfd8).to(Hex(0xbfcdc8), smooth(.4, 0, y))
		for i := range 6 {
			depth := float64(i) / 5
			edge := .2 + .16*float64(i) - .22*(cloud(x*(1.1+depth), 7*depth, seed+uint32(i))-.4) - .012*depth*cloud(x*70, 0, seed)
			tint := Hex(0xa8bdb7).to(Hex(0x16352d), depth)
			c = c.to(tint.to(Hex(0xd2dbd6), .5*(1-depth)*smooth(edge, edge+.25, y)), smooth(edge-.003, edge+.003, y))
		}
		return c
	}
}

// Moon is a clear night over snow.
func Moon(seed uint32) Scene {
	return func(x, y float64) Colour {
		c := Hex(0x1b2440).to(Hex(0x55658a), smooth(0, .75, y))
		if grain(int(x*260), int(y*260), seed) > .997 {
			c = c.to(Hex(0xffffff), .8*smooth(.7, .2, y))
		}
		away := math.Hypot(x-1.05, y-.27)
		c = c.to(Hex(0xcfd8ea), .5*math.Exp(-9*away)).to(Hex(0xf4f1e2).times(.86+.25*cloud(x*14, y*14, seed)), smooth(.104, .1, away))
		for i := range 3 {
			edge := .6 + .13*float64(i) - .25*(cloud(x*(1.2+.5*float64(i)), float64(i)*3, seed+7)-.4)
			c = c.to(Hex(0x6d7fa6).to(Hex(0xdfe6f2), float64(i)*.45).times(.85+.3*cloud(x*5, y*22, seed)), smooth(edge-.003, edge+.003, y))
		}
		return c
	}
}
