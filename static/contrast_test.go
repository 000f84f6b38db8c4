package static

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The least contrasts of WCAG 2.2: 1.4.3 for text, 1.4.11 for what shows where a
// field or a button is.
const (
	leastText = 4.5
	leastEdge = 3.0
)

// pairs are what stands upon what, by token.
var pairs = []struct {
	ink, ground string
	least       float64
}{
	{"ink", "paper", leastText}, {"ink", "sheet", leastText}, {"ink", "sunk", leastText}, {"ink", "wash", leastText},
	{"soft", "paper", leastText}, {"soft", "sheet", leastText}, {"soft", "sunk", leastText},
	{"accent", "paper", leastText}, {"accent", "sheet", leastText}, {"accent", "sunk", leastText}, {"accent", "wash", leastText},
	{"on", "accent", leastText}, {"bad", "paper", leastText}, {"bad", "sheet", leastText}, {"bad", "bad-wash", leastText}, {"ink", "bad-wash", leastText},
	{"care", "paper", leastText}, {"good", "paper", leastText}, {"edge", "paper", leastEdge}, {"edge", "sheet", leastEdge},
}

var hues = []string{"moss", "sea", "woad", "heather", "madder", "rowan", "gorse", "peat"}

// TestContrast computes every colour of every hue, by day and by night, and as
// older browsers have it, and holds what stands upon what to WCAG.
func TestContrast(t *testing.T) {
	css, err := os.ReadFile("croft.css")
	if err != nil {
		t.Fatal(err)
	}
	checked, lowest := checkContrast(t, string(css), func(words string) { t.Error(words) })
	if want := len(hues) * 3 * len(pairs); checked != want {
		t.Errorf("%d pairs checked, want %d", checked, want)
	}
	t.Logf("the lowest contrast of text is %.2f", lowest)
}

// TestContrastFails holds that a colour that cannot be read is found.
func TestContrastFails(t *testing.T) {
	css, err := os.ReadFile("croft.css")
	if err != nil {
		t.Fatal(err)
	}
	for good, bad := range map[string]string{
		"--accent:light-dark(oklch(44.5%":                   "--accent:light-dark(oklch(64.5%",
		",oklch(74% .012 85)":                               ",oklch(54% .012 85)",
		"[data-hue=gorse]{--h:85;--c:.09;--accent:#6b5305}": "[data-hue=gorse]{--h:85;--c:.09;--accent:#a9a9a9}",
		"--edge:light-dark(oklch(60%":                       "--edge:light-dark(oklch(80%",
	} {
		changed := strings.Replace(string(css), good, bad, 1)
		if changed == string(css) {
			t.Fatalf("%q is not in the stylesheet", good)
		}
		found := 0
		checkContrast(t, changed, func(string) { found++ })
		if found == 0 {
			t.Errorf("%q is taken for readable", bad)
		}
	}
}

// checkContrast tells of every pair that is too faint, and returns how many it
// looked at and the lowest contrast of text.
func checkContrast(t *testing.T, css string, tell func(words string)) (checked int, lowest float64) {
	t.Helper()
	lowest = math.Inf(1)
	plain, modern, _ := strings.Cut(css, "@supports (color:light-dark(")
	modern, _, _ = strings.Cut(modern, "\n:root{--serif")
	for _, hue := range hues {
		own := declarations(ruleOf(plain, "[data-hue="+hue+"]"))
		old := sheet{vars: declarations(ruleOf(plain, ":root{color-scheme")), t: t}
		old.set(own)
		day := sheet{vars: declarations(modern), t: t}
		day.vars["h"], day.vars["c"] = own["h"], own["c"]
		night := day
		night.dark = true
		for name, s := range map[string]sheet{"plain": old, "day": day, "night": night} {
			for _, p := range pairs {
				got := contrast(s.token(p.ink), s.token(p.ground))
				checked++
				if p.least == leastText {
					lowest = min(lowest, got)
				}
				if got < p.least {
					tell(fmt.Sprintf("%s, %s: %s upon %s has %.2f:1, want %.1f", hue, name, p.ink, p.ground, got, p.least))
				}
			}
		}
	}
	return checked, lowest
}

// ruleOf is what follows a selector in the sheet, to the end of its rule.
func ruleOf(css, selector string) string {
	_, rest, _ := strings.Cut(css, selector)
	rule, _, _ := strings.Cut(rest, "}")
	return rule
}

var declaration = regexp.MustCompile(`--([a-z-]+):([^;{}]+)`)

func declarations(css string) map[string]string {
	vars := map[string]string{}
	for _, found := range declaration.FindAllStringSubmatch(css, -1) {
		vars[found[1]] = found[2]
	}
	return vars
}

// sheet is the tokens of one hue and theme.
type sheet struct {
	t    *testing.T
	vars map[string]string
	dark bool
}

func (s sheet) set(vars map[string]string) {
	for name, value := range vars {
		s.vars[name] = value
	}
}

// lab is a colour in OKLab.
type lab struct{ l, a, b float64 }

func (s sheet) token(name string) lab {
	value, ok := s.vars[name]
	if !ok {
		s.t.Fatalf("there is no token --%s", name)
	}
	return s.colour(value)
}

// colour reads the forms of a colour that the sheet uses.
func (s sheet) colour(text string) lab {
	name, args := call(text)
	switch {
	case strings.HasPrefix(text, "#"):
		return s.hex(text)
	case name == "var":
		return s.token(strings.TrimPrefix(args[0], "--"))
	case name == "light-dark" && s.dark:
		return s.colour(args[1])
	case name == "light-dark":
		return s.colour(args[0])
	case name == "oklch":
		return s.oklch(words(args[0]))
	case name == "color-mix" && args[0] == "in oklab":
		first := words(args[1])
		share := s.number(first[1])
		x, y := s.colour(first[0]), s.colour(args[2])
		return lab{mix(x.l, y.l, share), mix(x.a, y.a, share), mix(x.b, y.b, share)}
	}
	s.t.Fatalf("cannot read the colour %q", text)
	return lab{}
}

func mix(x, y, share float64) float64 { return x*share + y*(1-share) }

func (s sheet) oklch(w []string) lab {
	l, c, h := s.number(w[0]), s.number(w[1]), s.number(w[2])*math.Pi/180
	return lab{l, c * math.Cos(h), c * math.Sin(h)}
}

// number reads 12, .5, 40%, var(--x) and calc() of sums and products.
func (s sheet) number(text string) float64 {
	if name, args := call(text); name == "var" {
		return s.number(s.vars[strings.TrimPrefix(args[0], "--")])
	} else if name == "calc" {
		sum := 0.0
		for term := range strings.SplitSeq(args[0], " + ") {
			product := 1.0
			for factor := range strings.SplitSeq(term, "*") {
				product *= s.number(factor)
			}
			sum += product
		}
		return sum
	}
	digits, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		s.t.Fatalf("cannot read the number %q", text)
	}
	if percent {
		return n / 100
	}
	return n
}

// call takes name(a,b) apart.
func call(text string) (name string, args []string) {
	name, rest, ok := strings.Cut(text, "(")
	if !ok || !strings.HasSuffix(rest, ")") {
		return "", nil
	}
	return name, split(strings.TrimSuffix(rest, ")"), ',')
}

func words(text string) []string { return split(text, ' ') }

// split cuts a text at what separates, but never within brackets.
func split(text string, at rune) []string {
	parts, depth := []string{""}, 0
	for _, r := range text {
		depth += map[rune]int{'(': 1, ')': -1}[r]
		if r == at && depth == 0 {
			parts = append(parts, "")
			continue
		}
		parts[len(parts)-1] += string(r)
	}
	return parts
}

// hex is #rgb or #rrggbb.
func (s sheet) hex(text string) lab {
	digits := text[1:]
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || len(digits) != 6 {
		s.t.Fatalf("cannot read the colour %q", text)
	}
	r, g, b := linear(float64(n>>16)/255), linear(float64(n>>8&255)/255), linear(float64(n&255)/255)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	k := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return lab{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*k,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*k,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*k,
	}
}

// rgb is the colour in linear sRGB; what the screen cannot show is cut to what it
// can (https://bottosson.github.io/posts/oklab/).
func (c lab) rgb() (r, g, b float64) {
	l := math.Pow(c.l+0.3963377774*c.a+0.2158037573*c.b, 3)
	m := math.Pow(c.l-0.1055613458*c.a-0.0638541728*c.b, 3)
	s := math.Pow(c.l-0.0894841775*c.a-1.2914855480*c.b, 3)
	cut := func(x float64) float64 { return min(max(x, 0), 1) }
	return cut(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		cut(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		cut(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s)
}

func linear(x float64) float64 {
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

// contrast is that of WCAG: of two luminances, from 1 to 21.
func contrast(x, y lab) float64 {
	light, dark := luminance(x), luminance(y)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func luminance(c lab) float64 {
	r, g, b := c.rgb()
	return 0.2126*r + 0.7152*g + 0.0722*b
}

// TestContrastOfKnown holds the arithmetic against figures that are known.
func TestContrastOfKnown(t *testing.T) {
	s := sheet{t: t, vars: map[string]string{"h": "29.23"}}
	for _, test := range []struct {
		x, y string
		want float64
	}{
		{"#000", "#fff", 21}, {"#777", "#fff", 4.48}, {"#767676", "#fff", 4.54}, {"#f00", "#fff", 4},
		{"oklch(62.8% .2577 var(--h))", "#fff", 4}, {"oklch(100% 0 0)", "oklch(0% 0 0)", 21},
		{"color-mix(in oklab,#fff 50%,#000)", "oklch(50% 0 0)", 1}, {"oklch(calc(.25 + .5*.5) 0 0)", "oklch(50% 0 0)", 1},
	} {
		if got := contrast(s.colour(test.x), s.colour(test.y)); math.Abs(got-test.want) > 0.02 {
			t.Errorf("%s upon %s: %.3f, want %.2f", test.x, test.y, got, test.want)
		}
	}
}
