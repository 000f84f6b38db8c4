package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// switchName is the variable of the environment that switches a break on.
const switchName = "CROFT_BREAK"

// switches is added to each package that is broken.
const switches = `package %s

import "os"

var brokenNow = os.Getenv("` + switchName + `")

// brokenTurned is the condition, turned round if this break is on.
func brokenTurned(n string, condition bool) bool { return condition != (brokenNow == n) }

// brokenOperand is the operand, or if this break is on what makes it vanish.
func brokenOperand(n string, operand, vanished bool) bool {
	if brokenNow == n {
		return vanished
	}
	return operand
}

// brokenReturns holds unless this break is on.
func brokenReturns(n string) bool { return brokenNow != n }
`

// mutant is one break. Its name stays the same while lines move.
type mutant struct {
	number         int
	name, position string
	tests          []string
}

// edit puts text into a file before what stands at offset.
type edit struct {
	offset int
	text   string
}

// breakAll writes broken copies of all files into scratch, and says what they
// stand for.
func breakAll(scratch string) (mutants []mutant, overlay map[string]string, err error) {
	overlay = map[string]string{}
	root, err := os.Getwd()
	if err != nil {
		return nil, nil, err
	}
	for _, target := range targets {
		for _, pattern := range target.files {
			files, err := filepath.Glob(pattern)
			if err != nil {
				return nil, nil, err
			}
			if len(files) == 0 {
				return nil, nil, fmt.Errorf("no file is called %s", pattern)
			}
			for _, file := range files {
				if strings.HasSuffix(file, "_test.go") {
					continue
				}
				b := breaker{file: file, fset: token.NewFileSet(), tests: target.tests, next: len(mutants) + 1, names: map[string]int{}}
				pkg, broken, err := b.breakFile()
				if err != nil {
					return nil, nil, err
				}
				mutants = append(mutants, b.mutants...)
				flat := filepath.Join(scratch, strings.ReplaceAll(file, "/", "-"))
				extra := filepath.Join(scratch, strings.ReplaceAll(path.Dir(file), "/", "-")+"-broken.go")
				overlay[filepath.Join(root, file)] = flat
				overlay[filepath.Join(root, path.Dir(file), "broken.go")] = extra
				if err := os.WriteFile(flat, broken, 0o600); err != nil {
					return nil, nil, err
				}
				if err := os.WriteFile(extra, fmt.Appendf(nil, switches, pkg), 0o600); err != nil {
					return nil, nil, err
				}
			}
		}
	}
	return mutants, overlay, nil
}

// breaker breaks one file.
type breaker struct {
	file    string
	source  []byte
	fset    *token.FileSet
	tests   []string
	next    int
	names   map[string]int
	within  string // the function
	mutants []mutant
	edits   []edit
}

func (b *breaker) breakFile() (pkg string, broken []byte, err error) {
	if b.source, err = os.ReadFile(b.file); err != nil {
		return "", nil, err
	}
	parsed, err := parser.ParseFile(b.fset, b.file, b.source, 0)
	if err != nil {
		return "", nil, err
	}
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		b.within = f.Name.Name
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if s, ok := n.(*ast.IfStmt); ok {
				b.breakIf(s)
			}
			return true
		})
	}
	// What ends at a place is written before what begins there.
	slices.SortStableFunc(b.edits, func(x, y edit) int { return x.offset - y.offset })
	at := 0
	for _, e := range b.edits {
		broken = append(append(broken, b.source[at:e.offset]...), e.text...)
		at = e.offset
	}
	return parsed.Name.Name, append(broken, b.source[at:]...), nil
}

func (b *breaker) breakIf(s *ast.IfStmt) {
	b.wrap(s.Cond, fmt.Sprintf("brokenTurned(%q, ", b.number("turned", s.Cond, s.Cond)), ")")
	b.breakOperands(s.Cond, s.Cond)
	if terminates(s) {
		return // without its return the function would not compile
	}
	for _, inner := range s.Body.List {
		if r, ok := inner.(*ast.ReturnStmt); ok {
			b.wrap(r, fmt.Sprintf("if brokenReturns(%q) { ", b.number("no return", s.Cond, r)), " }")
		}
	}
}

// breakOperands takes away each operand of a chain of || and &&.
func (b *breaker) breakOperands(cond, e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		b.breakOperands(cond, e.X)
	case *ast.BinaryExpr:
		if e.Op != token.LOR && e.Op != token.LAND {
			return
		}
		for _, operand := range []ast.Expr{e.X, e.Y} {
			if inner, ok := operand.(*ast.BinaryExpr); !ok || inner.Op != e.Op {
				number := b.number("without "+b.text(operand), cond, operand)
				b.wrap(operand, fmt.Sprintf("brokenOperand(%q, ", number), fmt.Sprintf(", %t)", e.Op == token.LAND))
			}
			b.breakOperands(cond, operand)
		}
	}
}

// terminates reports whether an if ends in an else, so that its return may be
// the last of the function.
func terminates(s *ast.IfStmt) bool {
	for s.Else != nil {
		next, ok := s.Else.(*ast.IfStmt)
		if !ok {
			return true
		}
		s = next
	}
	return false
}

// number books a break and returns its number.
func (b *breaker) number(kind string, cond ast.Expr, at ast.Node) string {
	name := fmt.Sprintf("%s %s [%s] %s", b.file, b.within, b.text(cond), kind)
	if b.names[name]++; b.names[name] > 1 {
		name += fmt.Sprintf(" #%d", b.names[name])
	}
	m := mutant{b.next, name, b.fset.Position(at.Pos()).String(), b.tests}
	b.mutants = append(b.mutants, m)
	b.next++
	return fmt.Sprint(m.number)
}

func (b *breaker) text(n ast.Node) string {
	words := strings.Fields(string(b.source[b.offset(n.Pos()):b.offset(n.End())]))
	return strings.Join(words, " ")
}

func (b *breaker) offset(p token.Pos) int { return b.fset.Position(p).Offset }

// wrap puts text round a node. Outer nodes are wrapped before inner ones, so
// their ends must be written after.
func (b *breaker) wrap(n ast.Node, before, after string) {
	b.edits = append(b.edits, edit{b.offset(n.Pos()), before})
	end := edit{b.offset(n.End()), after}
	i := slices.IndexFunc(b.edits, func(e edit) bool { return e.offset == end.offset })
	if i < 0 {
		b.edits = append(b.edits, end)
		return
	}
	b.edits = slices.Insert(b.edits, i, end)
}
