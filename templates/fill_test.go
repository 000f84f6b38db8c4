package templates

import (
	"reflect"
	"time"

	"croft/social"
)

// marker is what a stranger might write into anything (WEB-02).
const marker = `"><img src=x onerror=1>`

// script is an address that must not become a link.
const script = "javascript:alert(1)"

// filler sets every field of a page: each string to the marker, each number to
// another one, each list to two entries, down to a depth that a thread's
// replies do not exceed.
type filler struct {
	text string
	next int64
}

func (f *filler) fill(v reflect.Value, depth int) {
	switch v.Interface().(type) {
	case social.HTML:
		v.SetString("<p>Clean words, <code>:x:</code>.</p>")
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(1763800000000 + f.count()).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(f.count())
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), depth)
		}
	case reflect.Pointer:
		if depth < 7 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		f.fillSlice(v, depth)
	case reflect.Map:
		f.fillMap(v, depth)
	default:
		panic("fill: cannot fill " + v.Type().String())
	}
}

func (f *filler) fillSlice(v reflect.Value, depth int) {
	if depth >= 7 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 2, 2))
	for i := range 2 {
		f.fill(v.Index(i), depth+2)
	}
}

func (f *filler) fillMap(v reflect.Value, depth int) {
	key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
	f.fill(key, depth+1)
	f.fill(value, depth+1)
	v.Set(reflect.MakeMap(v.Type()))
	v.SetMapIndex(key, value)
}

func (f *filler) count() int64 {
	f.next++
	return f.next
}

// variant makes one page of type P, full of the text, and lets change bend it so
// that another branch of the page is taken.
func variant[P any](text string, change func(*P)) P {
	var page P
	f := &filler{text: text}
	f.fill(reflect.ValueOf(&page).Elem(), 0)
	if change != nil {
		change(&page)
	}
	return page
}
