package markup

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOnlyHereHTMLIsMade reads every file of the house: text becomes
// social.HTML in this package, and in the store, which reads back what it
// stored. Everybody else must ask for it. Tests and their kits may say what they
// like.
func TestOnlyHereHTMLIsMade(t *testing.T) {
	if len(conversions(t, "render.go")) == 0 {
		t.Fatal("the conversion in render.go was not seen")
	}
	const root = ".."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && (name == "testdata" || name == "data" || strings.HasPrefix(name, ".") && path != root):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		may := []string{"../markup", "../store", "../store/storetest", "../federation/fedtest"}
		if slices.Contains(may, filepath.ToSlash(filepath.Dir(path))) {
			return nil
		}
		for _, place := range conversions(t, path) {
			t.Errorf("%s makes social.HTML", place)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// conversions lists the places where a file converts to social.HTML.
func conversions(t *testing.T, path string) []token.Position {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Logf("%s cannot be read: %v", path, err) // the compiler says so too
		return nil
	}
	var places []token.Position
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && isHTML(call.Fun, file.Name.Name) {
			places = append(places, files.Position(call.Pos()))
		}
		return true
	})
	return places
}

func isHTML(e ast.Expr, pkg string) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return isHTML(e.X, pkg)
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		return ok && x.Name == "social" && e.Sel.Name == "HTML"
	case *ast.Ident:
		return pkg == "social" && e.Name == "HTML"
	}
	return false
}
