// Command lint runs the house's static analysis in one pass: staticcheck and
// five small analyzers. It is a module of its own, so that its dependencies
// are not the program's.
package main

import (
	"github.com/jingyugao/rowserrcheck/passes/rowserr"
	"github.com/polyfloyd/go-errorlint/errorlint"
	"github.com/ryanrolds/sqlclosecheck/pkg/analyzer"
	"github.com/sonatard/noctx"
	"github.com/timakin/bodyclose/passes/bodyclose"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/multichecker"
	"honnef.co/go/tools/simple"
	"honnef.co/go/tools/staticcheck"
)

func main() {
	checks := []*analysis.Analyzer{
		errorlint.NewAnalyzer(),
		analyzer.NewAnalyzer(),
		rowserr.NewAnalyzer("database/sql"),
		bodyclose.Analyzer,
		noctx.Analyzer,
	}
	for _, check := range staticcheck.Analyzers {
		checks = append(checks, check.Analyzer)
	}
	for _, check := range simple.Analyzers {
		checks = append(checks, check.Analyzer)
	}
	multichecker.Main(checks...)
}
