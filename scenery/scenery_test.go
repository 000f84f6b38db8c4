package scenery

import (
	"bytes"
	"flag"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
)

var keep = flag.String("pictures", "", "folder to write every picture to, for a look")

func scenes() map[string]Scene {
	skin, wool := Hex(0x6b4430), []Colour{Hex(0x2f5d7c), Hex(0xd9c9a3), Hex(0x7c3a2d), Hex(0x3f5b3a)}
	all := map[string]Scene{
		"loch": Loch(4), "dusk": Dusk(2), "ridges": Ridges(3), "moon": Moon(5), "stones": Stones(6), "sand": Sand(7),
		"cloth": Cloth(8, wool, []int{9, 3, 6, 12}), "hanks": Hanks(9, wool[0], Hex(0xc79a3b), wool[2], wool[3], wool[1], Hex(0x8c4a63)), "loaf": Loaf(10), "shell": Shell(11),
	}
	for i, name := range []string{"short", "bun", "long", "scarf", "beard", "curls", "spiral", "boat", "fern"} {
		all[name] = Face{Hex(0xcdd8cf), skin, Hex(0x3a2a22), Hex(0x365a72), Hex(0xd9b04a), Style(i)}.Scene()
	}
	return all
}

// Every picture is a picture, has something on it, and comes out the same again.
func TestScenes(t *testing.T) {
	for name, s := range scenes() {
		width, height := 90, 60
		if *keep != "" {
			width, height = 900, 600
		}
		file := JPEG(s, width, height)
		if !bytes.Equal(file, JPEG(s, width, height)) {
			t.Errorf("%s does not come out the same twice", name)
		}
		picture, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil || picture.Bounds().Dx() != width {
			t.Fatalf("%s: %v", name, err)
		}
		seen := map[uint32]bool{}
		for i := range width * height {
			r, _, _, _ := picture.At(i%width, i/width).RGBA()
			seen[r>>12] = true
		}
		if len(seen) < 4 {
			t.Errorf("%s has only %d shades of red", name, len(seen))
		}
		if *keep != "" {
			if err := os.WriteFile(filepath.Join(*keep, name+".jpg"), file, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
