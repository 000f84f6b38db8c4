package media

import (
	"image"
	"image/draw"
)

// fit is the size of a picture brought within a box. It never grows, keeps its
// proportions, and loses no side.
func fit(width, height, maxWidth, maxHeight int) (int, int) {
	if width <= maxWidth && height <= maxHeight {
		return width, height
	}
	if int64(width)*int64(maxHeight) > int64(height)*int64(maxWidth) {
		return maxWidth, max(1, (height*maxWidth+width/2)/width)
	}
	return max(1, (width*maxHeight+height/2)/height), maxHeight
}

// shape brings a picture within a box and turns it upright, in one pass over its
// rows. Each new pixel is the mean of the area it covers. The kernels of x/image
// look a little sharper, but hold 32 bytes for each pixel of a half-scaled copy:
// 190 MB for a 12-megapixel photo, where this needs one row.
//
// orientation is EXIF's, 1 to 8; the box is meant for the upright picture.
func shape(src image.Image, orientation, maxWidth, maxHeight int) *image.RGBA {
	if orientation >= 5 {
		maxWidth, maxHeight = maxHeight, maxWidth
	}
	b := src.Bounds()
	width, height := fit(b.Dx(), b.Dy(), maxWidth, maxHeight)
	t := newTurn(width, height, orientation)
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	read := func(y int) []byte {
		draw.Draw(row, row.Rect, src, image.Pt(b.Min.X, b.Min.Y+y), draw.Src)
		return row.Pix
	}
	if width == b.Dx() && height == b.Dy() {
		for y := range height {
			t.place(y, read(y))
		}
		return t.dst
	}
	shrink(b.Dx(), b.Dy(), width, height, read, t.place)
	return t.dst
}

// shrink reads rows of a source and emits rows of the mean over each area. To
// stay in whole numbers, a source pixel counts as wide as the new width, and a
// new pixel as wide as the source's: then both rows are equally long, and every
// overlap is an integer.
func shrink(srcW, srcH, dstW, dstH int, read func(y int) []byte, emit func(y int, row []byte)) {
	spans := newSpans(srcW, dstW)
	narrow := make([]uint32, 4*dstW) // one source row, narrowed
	sums := make([]uint64, 4*dstW)   // rows added up so far
	out := make([]byte, 4*dstW)
	inverse := 1 / (float64(srcW) * float64(srcH))
	room, y := srcH, 0 // what the current new row still lacks
	for srcY := range srcH {
		narrowRow(narrow, read(srcY), spans, uint32(dstW))
		weight := min(dstH, room)
		addRow(sums, narrow, uint64(weight))
		room -= weight
		if room > 0 {
			continue
		}
		for i, sum := range sums {
			out[i] = byte(float64(sum)*inverse + 0.5)
		}
		emit(y, out)
		clear(sums)
		y++
		rest := dstH - weight // of this source row, which belongs to the next new row
		if rest > 0 {
			addRow(sums, narrow, uint64(rest))
		}
		room = srcH - rest
	}
}

// span says which source pixels a new pixel covers: the first and the last in
// part, those between in full.
type span struct {
	first, last             int
	firstWeight, lastWeight uint32
}

func newSpans(srcW, dstW int) []span {
	spans := make([]span, dstW)
	for x := range spans {
		start, end := x*srcW, (x+1)*srcW
		s := span{first: start / dstW, last: (end - 1) / dstW}
		s.firstWeight = uint32(min(end, (s.first+1)*dstW) - start)
		if s.last > s.first {
			s.lastWeight = uint32(end - s.last*dstW)
		}
		spans[x] = s
	}
	return spans
}

func narrowRow(dst []uint32, src []byte, spans []span, full uint32) {
	for x, s := range spans {
		var r, g, b, a uint32
		whole := src[4*s.first+4 : max(4*s.last, 4*s.first+4)]
		for p := whole; len(p) >= 4; p = p[4:] {
			r += uint32(p[0])
			g += uint32(p[1])
			b += uint32(p[2])
			a += uint32(p[3])
		}
		p, q := src[4*s.first:4*s.first+4], src[4*s.last:4*s.last+4]
		d := dst[4*x : 4*x+4]
		d[0] = r*full + uint32(p[0])*s.firstWeight + uint32(q[0])*s.lastWeight
		d[1] = g*full + uint32(p[1])*s.firstWeight + uint32(q[1])*s.lastWeight
		d[2] = b*full + uint32(p[2])*s.firstWeight + uint32(q[2])*s.lastWeight
		d[3] = a*full + uint32(p[3])*s.firstWeight + uint32(q[3])*s.lastWeight
	}
}

func addRow(sums []uint64, row []uint32, weight uint64) {
	for i, v := range row {
		sums[i] += uint64(v) * weight
	}
}

// turn places rows of an unturned picture where they belong in the upright one:
// pixel (x, y) goes to origin + x·stepX + y·stepY.
type turn struct {
	dst                  *image.RGBA
	origin, stepX, stepY int // in bytes
}

func newTurn(width, height, orientation int) *turn {
	w, h := width, height
	if orientation >= 5 {
		w, h = h, w
	}
	t := &turn{dst: image.NewRGBA(image.Rect(0, 0, w, h))}
	right, down := 4, t.dst.Stride
	lastX, lastY := (w-1)*right, (h-1)*down
	switch orientation { // EXIF 2.32 §4.6.4, tag 0x0112
	case 2:
		t.origin, t.stepX, t.stepY = lastX, -right, down
	case 3:
		t.origin, t.stepX, t.stepY = lastX+lastY, -right, -down
	case 4:
		t.origin, t.stepX, t.stepY = lastY, right, -down
	case 5:
		t.origin, t.stepX, t.stepY = 0, down, right
	case 6:
		t.origin, t.stepX, t.stepY = lastX, down, -right
	case 7:
		t.origin, t.stepX, t.stepY = lastX+lastY, -down, -right
	case 8:
		t.origin, t.stepX, t.stepY = lastY, -down, right
	default:
		t.origin, t.stepX, t.stepY = 0, right, down
	}
	return t
}

func (t *turn) place(y int, row []byte) {
	at := t.origin + y*t.stepY
	if t.stepX == 4 {
		copy(t.dst.Pix[at:], row[:4*t.dst.Rect.Dx()])
		return
	}
	for ; len(row) >= 4; row = row[4:] {
		copy(t.dst.Pix[at:at+4], row[:4])
		at += t.stepX
	}
}
