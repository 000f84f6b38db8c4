package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"croft/home"
	"croft/server"
	"croft/social"
	"croft/timeline"
)

func initCommand() *cobra.Command {
	var s settings
	var origin, handle, name, passwordFile string
	cmd := &cobra.Command{
		Use: "init", Short: "Make the home without a browser", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			made, err := newHome(origin, handle, name)
			if err != nil {
				return err
			}
			password, err := readPassword(passwordFile)
			if err != nil {
				return err
			}
			if made.PasswordHash, err = server.HashPassword(password); err != nil {
				return err
			}
			folder, err := createHome(cmd.Context(), s.dataFolder(), made)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Made the home of %s in %s.\n%s", made.Handle, folder, redirectHint(made))
			return nil
		},
	}
	s.addData(cmd)
	cmd.Flags().StringVar(&origin, "origin", "", "where the home is found, such as https://ana.example; it is for good")
	cmd.Flags().StringVar(&handle, "handle", "", "NAME, or NAME@HOST where HOST is another domain of your own")
	cmd.Flags().StringVar(&name, "name", "", "the name that is shown")
	cmd.Flags().StringVar(&passwordFile, "password-file", "", "file whose first line is the password")
	return cmd
}

// newHome checks what was typed on the command line.
func newHome(origin, handle, name string) (timeline.NewHome, error) {
	canonical, err := server.CheckOrigin(origin)
	if err != nil {
		return timeline.NewHome{}, usageError{fmt.Errorf("--origin: %s", explain(err))}
	}
	parsed, err := server.CheckHandle(handle, canonical)
	if err != nil {
		return timeline.NewHome{}, usageError{fmt.Errorf("--handle: %s", explain(err))}
	}
	if err := server.CheckDisplayName(name); err != nil {
		return timeline.NewHome{}, usageError{fmt.Errorf("--name: %s", explain(err))}
	}
	return timeline.NewHome{Origin: canonical, Handle: parsed, Name: name}, nil
}

// createHome makes a home and returns its folder. It does not touch one that is
// there, and leaves nothing of one that it could not finish.
func createHome(ctx context.Context, data string, h timeline.NewHome) (string, error) {
	folder := home.Folder(data, h.Origin, h.Handle.Name)
	if err := prepareData(data); err != nil {
		return "", err
	}
	there, err := os.ReadDir(filepath.Dir(folder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	for _, one := range there {
		if other := filepath.Join(filepath.Dir(folder), one.Name()); holdsHome(other) {
			return "", fmt.Errorf("there is a home in %s already, and one address is one home's; nothing was changed. Start it with `croft serve`", other)
		}
	}
	_, err = os.Stat(folder)
	isNew := errors.Is(err, fs.ErrNotExist)
	if _, err = home.Create(ctx, data, h); err != nil && isNew {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	return folder, err
}

func holdsHome(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "croft.db"))
	return err == nil
}

// prepareData makes sure that the folder for homes is there and can be written.
func prepareData(data string) error {
	err := os.MkdirAll(data, 0o700)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(data, ".try-"); err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if err != nil {
		return fmt.Errorf("%w; choose a folder that croft may write to with --data", err)
	}
	return nil
}

// redirectHint is the line to add on the other domain of a handle.
func redirectHint(h timeline.NewHome) string {
	if h.Handle.Host == social.HostOf(h.Origin) {
		return ""
	}
	return fmt.Sprintf(`So that %s is found, let https://%s send /.well-known/webfinger here. For Caddy:

    redir /.well-known/webfinger %s/.well-known/webfinger?{query} 301

for nginx:

    location = /.well-known/webfinger { return 301 %s$request_uri; }
`, h.Handle, h.Handle.Host, h.Origin, h.Origin)
}
