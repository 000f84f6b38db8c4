package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"croft/config"
	"croft/home"
)

// settings are the flags that most commands share, with what the environment
// says in their place.
type settings struct {
	configPath, data, listen, home string
	withoutCopy                    bool
}

func (s *settings) addData(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.data, "data", "", "folder that holds the homes (default ./data, or $CROFT_DATA)")
}

func (s *settings) addHome(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.home, "home", "", "which home, as HOST/HANDLE, where there are several")
}

func (s *settings) dataFolder() string {
	return firstOf(s.data, os.Getenv("CROFT_DATA"), "data")
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// loadConfig reads the file that was named, or ./croft.toml where it exists.
func (s *settings) loadConfig() (config.Config, error) {
	conf := config.Default()
	path := firstOf(s.configPath, os.Getenv("CROFT_CONFIG"))
	if _, err := os.Stat("croft.toml"); path == "" && !errors.Is(err, fs.ErrNotExist) {
		path = "croft.toml"
	}
	if path != "" {
		var err error
		if conf, err = config.Load(path); err != nil {
			return conf, err
		}
	}
	conf.Listen = firstOf(s.listen, os.Getenv("CROFT_LISTEN"), conf.Listen)
	err := conf.Validate() // the file was valid: only what took its place can be wrong
	switch {
	case err != nil && s.listen != "":
		err = usageError{fmt.Errorf("--listen: %s", explain(err))}
	case err != nil:
		err = fmt.Errorf("CROFT_LISTEN: %s", explain(err))
	}
	return conf, err
}

// oneHome is the folder of the home that a command is about.
func (s *settings) oneHome() (string, error) {
	folders, err := home.List(s.dataFolder())
	if err != nil {
		return "", err
	}
	if s.home != "" {
		wanted := filepath.Join(s.dataFolder(), filepath.FromSlash(strings.ReplaceAll(s.home, ":", "_")))
		for _, folder := range folders {
			if folder == wanted {
				return folder, nil
			}
		}
		return "", fmt.Errorf("there is no home %s under %s", s.home, s.dataFolder())
	}
	switch len(folders) {
	case 0:
		return "", fmt.Errorf("there is no home under %s yet; make one with `croft init` or start `croft`", s.dataFolder())
	case 1:
		return folders[0], nil
	}
	return "", fmt.Errorf("there are several homes under %s; name one with --home, such as --home %s", s.dataFolder(), homeName(folders[0]))
}

func homeName(folder string) string {
	return filepath.Base(filepath.Dir(folder)) + "/" + filepath.Base(folder)
}

// readPassword reads the first line of a file.
func readPassword(path string) (string, error) {
	if path == "" {
		return "", usageError{errors.New("name the file that holds the password with --password-file")}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}
