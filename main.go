// Command croft is a server that one person runs to live on the fediverse from
// a home of their own. This package holds one file per command and no rules.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // a bare machine may know no time zones

	"github.com/spf13/cobra"

	"croft/social"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command and returns the exit status of the contract: 0, 1 for a
// failure, 2 for wrong usage.
func run(ctx context.Context, args []string) int {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "croft: "+explain(err))
	var usage usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

// explain is what a person is told, on one line: the sentence that was meant for
// them, if there is one, else the chain of what was tried.
func explain(err error) string {
	if problems := social.Problems(err); len(problems) > 0 {
		return problems[0].Text
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ") // several errors, joined
}

// usageError is a command line that cannot be meant so.
type usageError struct{ error }

func newRoot() *cobra.Command {
	root := serveCommand()
	root.Use = "croft"
	root.Short = "A server that one person runs to live on the fediverse from a home of their own"
	root.Version = version
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see `%s --help`", err, cmd.CommandPath())}
	})
	serve := serveCommand()
	serve.Use, serve.Short = "serve", "Run the home; without one, serve the page that sets it up"
	root.AddCommand(serve, initCommand(), passwordCommand(), tokenCommand(), demoCommand())
	return root
}

// noArgs refuses words that no command takes.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("there is no %q here; see `%s --help`", args[0], cmd.CommandPath())}
	}
	return nil
}
