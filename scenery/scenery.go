// Package scenery draws pictures by rule: landscapes, stuffs and portraits that
// nobody photographed and nobody owns. The demonstration and the pictures of
// docs/pictures are furnished with them. It knows nothing of homes.
//
// The same picture comes out the same, byte for byte, on the same kind of
// machine.
package scenery

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"sync"
)

// Colour is red, green and blue, each from 0 to 1.
type Colour [3]float64

// Hex is a colour as in 0x336699.
func Hex(n int) Colour {
	return Colour{float64(n>>16&255) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}
}

// to is the colour on the way to another: 0 is here, 1 is there.
func (c Colour) to(other Colour, share float64) Colour {
	share = min(max(share, 0), 1)
	for i := range c {
		c[i] += (other[i] - c[i]) * share
	}
	return c
}

func (c Colour) times(f float64) Colour { return Colour{c[0] * f, c[1] * f, c[2] * f} }

// Scene tells the colour of each point. Up and down go from 0 to 1; from left
// to right it is as many heights as the picture is wide.
type Scene func(x, y float64) Colour

// JPEG draws a scene as a file.
func JPEG(s Scene, width, height int) []byte {
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	var rows sync.WaitGroup
	for part := range 4 {
		rows.Go(func() {
			for y := part; y < height; y += 4 {
				for x := range width {
					canvas.SetRGBA(x, y, pixel(s, x, y, height))
				}
			}
		})
	}
	rows.Wait()
	var file bytes.Buffer
	_ = jpeg.Encode(&file, canvas, &jpeg.Options{Quality: 88}) // a buffer takes everything
	return file.Bytes()
}

// pixel is the mean of four points, so that edges are smooth.
func pixel(s Scene, x, y, height int) color.RGBA {
	var sum Colour
	for i := range 4 {
		c := s((float64(x)+.25+.5*float64(i%2))/float64(height), (float64(y)+.25+.5*float64(i/2))/float64(height))
		for j := range sum {
			sum[j] += min(max(c[j], 0), 1) / 4
		}
	}
	return color.RGBA{uint8(sum[0]*255 + .5), uint8(sum[1]*255 + .5), uint8(sum[2]*255 + .5), 255}
}

// grain is a number from 0 to 1 for each place of a grid, without pattern.
func grain(x, y int, seed uint32) float64 {
	h := uint32(x)*0x9e3779b1 ^ uint32(y)*0x85ebca77 ^ seed*0xc2b2ae3d
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	h *= 0x297a2d39
	return float64(h^h>>15) / math.MaxUint32
}

func smooth(from, to, x float64) float64 {
	x = min(max((x-from)/(to-from), 0), 1)
	return x * x * (3 - 2*x)
}

// cloud is noise with soft and fine parts, from 0 to 1.
func cloud(x, y float64, seed uint32) float64 {
	sum, weight := 0.0, .5
	for octave := range uint32(5) {
		ix, iy := math.Floor(x), math.Floor(y)
		fx, fy := smooth(0, 1, x-ix), smooth(0, 1, y-iy)
		at := func(dx, dy int) float64 { return grain(int(ix)+dx, int(iy)+dy, seed+octave) }
		top, foot := at(0, 0)+(at(1, 0)-at(0, 0))*fx, at(0, 1)+(at(1, 1)-at(0, 1))*fx
		sum += (top + (foot-top)*fy) * weight
		x, y, weight = x*2.03, y*2.03, weight/2
	}
	return sum
}
