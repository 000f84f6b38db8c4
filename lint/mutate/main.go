// Command mutate breaks the code that decides who is let in, one decision at a
// time, and demands that some test notices (make mutate). For each `if` it turns
// the condition round, takes each operand of || and && away, and takes away each
// early return. All breaks are compiled in at once, by go test -overlay, and one
// is switched on for each run, so that the tests are built once. It runs at the
// root of the module and never writes to it.
//
// A break that no test can notice, because nothing changes by it, is listed with
// the reason in equivalent.txt; one that is listed and noticed is an error, too.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// targets are the files that decide, and the packages whose tests must notice,
// the quickest first.
var targets = []struct {
	files []string
	tests []string
}{
	{[]string{"federation/signature/*.go"}, []string{"federation/signature", "federation"}},
	{[]string{"federation/activity/head.go", "federation/activity/guard.go"}, []string{"federation/activity", "federation"}},
	{[]string{"federation/inbox.go", "federation/senders.go", "federation/receive.go"}, []string{"federation", "timeline"}},
}

func main() {
	only := flag.String("only", "", "break only what has this in its name")
	list := flag.Bool("list", false, "print the names of the breaks and stop")
	workers := flag.Int("workers", 2, "runs at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only, *list, *workers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, only string, list bool, workers int) error {
	reasons, err := readEquivalent("lint/mutate/equivalent.txt")
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	mutants, overlay, err := breakAll(scratch)
	if err != nil {
		return err
	}
	if list {
		for _, m := range mutants {
			fmt.Println(m.name)
		}
		return nil
	}
	suites, err := build(ctx, scratch, overlay)
	if err != nil {
		return err
	}
	var (
		mu                       sync.Mutex
		survived, stale, noticed int
		wait                     sync.WaitGroup
		todo                     = make(chan mutant)
	)
	for range workers {
		wait.Go(func() {
			for m := range todo {
				by := firstToNotice(ctx, suites, m)
				reason, listed := reasons[m.name]
				mu.Lock()
				switch {
				case ctx.Err() != nil:
				case by == "" && !listed:
					survived++
					fmt.Printf("%s: nobody noticed: %s\n", m.position, m.name)
				case by == "":
					fmt.Printf("%s: equivalent: %s (%s)\n", m.position, m.name, reason)
				case listed:
					stale++
					fmt.Printf("%s: listed as equivalent, but %s noticed: %s\n", m.position, by, m.name)
				default:
					noticed++
				}
				delete(reasons, m.name)
				mu.Unlock()
			}
		})
	}
	for _, m := range mutants {
		if strings.Contains(m.name, only) {
			todo <- m
		}
	}
	close(todo)
	wait.Wait()
	if only == "" {
		for name := range reasons {
			stale++
			fmt.Printf("listed as equivalent, but there is no such break: %s\n", name)
		}
	}
	fmt.Printf("%d breaks noticed, %d not, %d wrongly listed\n", noticed, survived, stale)
	if survived+stale > 0 || ctx.Err() != nil {
		return fmt.Errorf("not every break was noticed")
	}
	return nil
}

// suite is the tests of one package, built with all breaks in.
type suite struct {
	pkg, binary string
	limit       time.Duration
}

// build builds the tests and sees that they pass while nothing is broken.
func build(ctx context.Context, scratch string, overlay map[string]string) (map[string]suite, error) {
	raw, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(scratch, "overlay.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		return nil, err
	}
	suites := map[string]suite{}
	for _, target := range targets {
		for _, pkg := range target.tests {
			if _, ok := suites[pkg]; ok {
				continue
			}
			s := suite{pkg, filepath.Join(scratch, strings.ReplaceAll(pkg, "/", "-")+".test"), time.Minute}
			out, err := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", file, "-o", s.binary, "./"+pkg).CombinedOutput()
			if err != nil {
				return nil, fmt.Errorf("build tests of %s: %w\n%s", pkg, err, out)
			}
			start := time.Now()
			if out, ok := s.run(ctx, 0); !ok {
				return nil, fmt.Errorf("the tests of %s fail while nothing is broken:\n%s", pkg, out)
			}
			s.limit = 10*time.Second + 4*time.Since(start)
			suites[pkg] = s
		}
	}
	return suites, nil
}

// run runs the tests with one break switched on; 0 is none.
func (s suite) run(ctx context.Context, n int) (string, bool) {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.binary, "-test.failfast")
	cmd.Dir = s.pkg
	cmd.Env = append(os.Environ(), switchName+"="+strconv.Itoa(n))
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// firstToNotice is the package whose tests fail; empty if none do.
func firstToNotice(ctx context.Context, suites map[string]suite, m mutant) string {
	for _, pkg := range m.tests {
		if _, ok := suites[pkg].run(ctx, m.number); !ok {
			return pkg
		}
	}
	return ""
}

// readEquivalent reads lines of name, tab and reason.
func readEquivalent(file string) (map[string]string, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("%s: no reason: %s", file, line)
		}
		reasons[name] = reason
	}
	return reasons, nil
}
