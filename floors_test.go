package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport says which of our own packages each package may import. An arrow
// always points down; everything may import social. See docs/architecture.md.
var mayImport = map[string][]string{
	"social":               {},
	"config":               {},
	"static":               {},
	"scenery":              {},
	"templates":            {"markup"},
	"markup":               {},
	"media":                {},
	"store":                {},
	"queue":                {"store"},
	"federation/activity":  {"markup"},
	"federation/signature": {},
	"federation/webpush":   {},
	"federation/remote":    {"federation/activity", "federation/signature"},
	"federation":           {"federation/activity", "federation/signature", "federation/webpush", "federation/remote", "queue", "store"},
	"timeline":             {"federation", "federation/activity", "federation/webpush", "queue", "store", "media", "markup"},
	"server/oauth":         {"store"},
	"server/mastodon":      {"server/oauth", "timeline", "federation", "federation/webpush", "store", "media", "markup"},
	"server":               {"server/oauth", "server/mastodon", "timeline", "federation", "store", "media", "markup", "templates", "static", "config"},
}

// onlyImporter names, for each library that must not spread, the one package
// that may import it.
var onlyImporter = map[string]string{
	"github.com/go-fed/activity":   "federation/activity",
	"github.com/labstack/echo":     "server",
	"github.com/yuin/goldmark":     "markup",
	"github.com/kyokomi/emoji":     "markup",
	"modernc.org/sqlite":           "store",
	"github.com/pelletier/go-toml": "config",
}

// anyFloor are the packages of the tower's foot and of its scaffolding: wiring,
// test kits, tests against other servers, measurements.
var anyFloor = []string{".", "store/storetest", "federation/fedtest", "home", "lint", "interop", "bench", "crash"}

func TestFloors(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && file != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		pkg := path.Dir(filepath.ToSlash(file))
		seen[pkg] = true
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if complaint := checkImport(pkg, name); complaint != "" {
				t.Errorf("%s: %s", file, complaint)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range seen {
		if _, ok := mayImport[pkg]; !ok && !isScaffold(pkg) {
			t.Errorf("package %s stands on no floor: add it to mayImport and to docs/architecture.md", pkg)
		}
	}
	for pkg := range mayImport {
		if !seen[pkg] {
			t.Errorf("package %s has a floor but no files", pkg)
		}
	}
}

func checkImport(pkg, name string) string {
	for library, only := range onlyImporter {
		if strings.HasPrefix(name, library) && pkg != only && !isScaffold(pkg) {
			return "imports " + name + ", which only " + only + " may"
		}
	}
	own, ok := strings.CutPrefix(name, "croft/")
	if !ok || own == "social" || isScaffold(pkg) || slices.Contains(mayImport[pkg], own) {
		return ""
	}
	return "imports " + name + ", which does not lie below it"
}

func isScaffold(pkg string) bool {
	return slices.ContainsFunc(anyFloor, func(root string) bool {
		return pkg == root || root != "." && strings.HasPrefix(pkg, root+"/")
	})
}

// TestCheckImport shows that the check bites.
func TestCheckImport(t *testing.T) {
	for _, bad := range [][2]string{
		{"social", "croft/store"},
		{"federation", "croft/timeline"},
		{"store", "croft/queue"},
		{"timeline", "github.com/go-fed/activity/streams"},
		{"templates", "croft/static"},
	} {
		if checkImport(bad[0], bad[1]) == "" {
			t.Errorf("%s may import %s", bad[0], bad[1])
		}
	}
	if complaint := checkImport("timeline", "croft/store"); complaint != "" {
		t.Error(complaint)
	}
}
