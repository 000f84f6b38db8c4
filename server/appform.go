package server

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"croft/social"
)

// appForm reads what an app sends: a form, in the body or the query, or JSON.
// What stands within something else in JSON gets the name that a form would give
// it (poll[options][]), so that nobody above has to know which it was. What is no
// object, or too deep, is ErrInvalid.
func appForm(c echo.Context) (url.Values, error) {
	req := c.Request()
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if kind != "application/json" || req.ContentLength == 0 {
		method := req.Method
		if method == http.MethodDelete { // whose body ParseForm would not read
			req.Method = http.MethodPost
		}
		err := readForm(c)
		if req.Method = method; err != nil {
			return nil, err
		}
		return req.Form, checkText(req.Form)
	}
	var fields map[string]any
	if err := json.UnmarshalRead(req.Body, &fields, wholeNumbers); err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return nil, tooLarge
		}
		return nil, fmt.Errorf("read JSON: %w: %w", err, social.ErrInvalid)
	}
	form := req.URL.Query()
	for name, value := range fields {
		delete(form, name)
		if err := addField(form, name, value, 0); err != nil {
			return nil, err
		}
	}
	return form, checkText(form)
}

// checkText refuses what could not be written into an answer.
func checkText(form url.Values) error {
	for name, values := range form {
		for _, text := range append(values, name) {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				return social.Invalidf("What was sent is no text in UTF-8.")
			}
		}
	}
	return nil
}

// number is one in JSON as it was written: our IDs are larger than what a float64
// tells apart.
type number string

var wholeNumbers = json.WithUnmarshalers(json.UnmarshalFromFunc(func(in *jsontext.Decoder, v *any) error {
	if in.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	text, err := in.ReadValue()
	*v = number(text)
	return err
}))

// fieldDepth is how deep JSON may be: a list of things with lists in them.
const fieldDepth = 4

func addField(form url.Values, name string, value any, depth int) error {
	if depth > fieldDepth {
		return social.Invalidf("%.100s has too much within it.", name)
	}
	switch v := value.(type) {
	case nil:
	case string:
		form.Add(name, v)
	case bool:
		form.Add(name, strconv.FormatBool(v))
	case number:
		form.Add(name, string(v))
	case map[string]any:
		for key, inner := range v {
			if err := addField(form, name+"["+key+"]", inner, depth+1); err != nil {
				return err
			}
		}
	case []any:
		return addFields(form, name, v, depth)
	}
	return nil
}

// addFields names what stands in a list by its place where it has fields of its
// own, which must not get mixed up.
func addFields(form url.Values, name string, all []any, depth int) error {
	for i, inner := range all {
		place := name + "[]"
		if _, has := inner.(map[string]any); has {
			place = name + "[" + strconv.Itoa(i) + "]"
		}
		if err := addField(form, place, inner, depth+1); err != nil {
			return err
		}
	}
	return nil
}
