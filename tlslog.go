package main

import (
	"context"
	"log/slog"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// certificateLog has the library of certificates tell our log, in its form.
func certificateLog() *zap.Logger { return zap.New(slogCore{}) }

// slogCore passes on what is written by zap.
type slogCore struct{ fields []zapcore.Field }

func levelOf(l zapcore.Level) slog.Level {
	// zap's levels are one apart with info at 0, slog's are four apart.
	return slog.Level(4 * min(int(l), int(zapcore.ErrorLevel)))
}

// Enabled reports whether our log wants the level.
func (c slogCore) Enabled(l zapcore.Level) bool {
	return slog.Default().Enabled(context.Background(), levelOf(l))
}

// With is a core that adds the fields to each line.
func (c slogCore) With(fields []zapcore.Field) zapcore.Core {
	return slogCore{append(c.fields[:len(c.fields):len(c.fields)], fields...)}
}

// Check has Write called for the lines that are wanted.
func (c slogCore) Check(e zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return checked.AddCore(e, c)
	}
	return checked
}

// Write tells one line.
func (c slogCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	all := zapcore.NewMapObjectEncoder()
	for _, f := range append(c.fields[:len(c.fields):len(c.fields)], fields...) {
		f.AddTo(all)
	}
	var attrs []slog.Attr
	for name, value := range all.Fields {
		attrs = append(attrs, slog.Any(name, value))
	}
	slog.LogAttrs(context.Background(), levelOf(e.Level), "certificates: "+e.Message, attrs...)
	return nil
}

// Sync has nothing to do: each line is written at once.
func (c slogCore) Sync() error { return nil }
