package templates

import (
	"bytes"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/parser/v2"
)

// TestGeneratedFresh generates every component anew and compares it with the
// file that is committed.
func TestGeneratedFresh(t *testing.T) {
	for _, name := range templFiles(t) {
		file, err := parser.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := generator.Generate(file, &out, generator.WithVersion(templVersion(t)), generator.WithFileName(name)); err != nil {
			t.Fatal(err)
		}
		want, err := format.Source(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		generated := name[:len(name)-len(".templ")] + "_templ.go"
		got, err := os.ReadFile(generated)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what %s makes: run go tool templ generate", generated, name)
		}
	}
}

// templVersion is the version line of the generated files.
func templVersion(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("safe_templ.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^// templ: version: (\S+)$`).FindSubmatch(data)
	if found == nil {
		return ""
	}
	return string(found[1])
}

// TestOneRawWriter looks for writers of unescaped text: there is one, in
// safe.templ, and it takes social.HTML. Addresses too are left to templ to check.
func TestOneRawWriter(t *testing.T) {
	raw := regexp.MustCompile(`templ\.Raw|ComponentFunc|ToGoHTML|FromGoHTML|io\.WriteString|templ\.JSUnsafe|templ\.ComponentScript|templ\.OnceHandle|templ\.SafeURL`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, templFiles(t)...) {
		if matched, _ := filepath.Match("*_test.go", name); matched {
			continue
		}
		if matched, _ := filepath.Match("*_templ.go", name); matched {
			continue // made from the .templ files, which are read
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := raw.FindAll(data, -1); len(found) > 0 && name != "safe.templ" || len(found) > 1 {
			t.Errorf("%s writes what templ did not check: %q", name, found)
		}
	}
}

func templFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatalf("no components found: %v", err)
	}
	return files
}
