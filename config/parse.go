package config

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"croft/social"
)

// parse decodes a file over the defaults and refuses keys that mean nothing.
func parse(path string, data []byte) (Config, error) {
	c := Default()
	dec := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	err := dec.Decode(&c)
	var unknown *toml.StrictMissingError
	var broken *toml.DecodeError
	switch {
	case err == nil:
		return c, nil
	case errors.As(err, &unknown):
		key := strings.Join(unknown.Errors[0].Key(), ".")
		row, _ := unknown.Errors[0].Position()
		return Config{}, social.InvalidField(key, "%s, line %d: there is no key %s. config.example.toml names every key.", path, row, key)
	case errors.As(err, &broken):
		return Config{}, describe(path, broken)
	}
	return Config{}, social.Invalidf("%s: %v.", path, err)
}

// describe words what TOML's own rules or the type of a key have against a line.
func describe(path string, broken *toml.DecodeError) error {
	row, _ := broken.Position()
	key := strings.Join(broken.Key(), ".")
	if key == "" {
		why := strings.TrimPrefix(broken.Error(), "toml: ")
		return social.Invalidf("%s, line %d: this line cannot be read: %s.", path, row, why)
	}
	// The library's own words name Go's types here, which help nobody.
	return social.InvalidField(key, "%s, line %d: %s has a value that does not fit, or is given twice. config.example.toml shows how to write it.", path, row, key)
}

// locate puts file, line and key before what Validate has to say.
func locate(path string, data []byte, err error) error {
	var p *social.Problem
	if !errors.As(err, &p) {
		return err
	}
	if line := lineOf(data, p.Field); line > 0 {
		return social.InvalidField(p.Field, "%s, line %d, %s: %s", path, line, p.Field, p.Text)
	}
	return social.InvalidField(p.Field, "%s, %s: %s", path, p.Field, p.Text)
}

// lineOf is the line on which a key, written with dots, gets its value, or that
// of its table where it is missing; zero if the file names neither.
func lineOf(data []byte, key string) int {
	var p unstable.Parser
	p.Reset(data)
	table, missing := "", 0
	for p.NextExpression() {
		e := p.Expression()
		name, at := dotted(e)
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = name + "."
			if strings.HasPrefix(key, table) {
				missing = p.Shape(at).Start.Line
			}
		case unstable.KeyValue:
			// An inline table holds its keys on its own line.
			if full := table + name; full == key || strings.HasPrefix(key, full+".") {
				return p.Shape(at).Start.Line
			}
		}
	}
	return missing
}

// dotted is the key of an expression and where it begins.
func dotted(e *unstable.Node) (string, unstable.Range) {
	var parts []string
	var at unstable.Range
	for it := e.Key(); it.Next(); {
		if len(parts) == 0 {
			at = it.Node().Raw
		}
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, "."), at
}
