package mastodon

import (
	"math"
	"strconv"
	"strings"

	"croft/social"
	"croft/timeline"
)

// maxUpload is a picture with what is said of it.
const maxUpload = 17 << 20

// detailsOf is what a call says of a picture, and what it had where it says
// nothing.
func detailsOf(m social.Attachment, alt, focus string, hasAlt, hasFocus bool) (timeline.Details, error) {
	d := timeline.Details{Alt: m.Alt, FocusX: m.FocusX, FocusY: m.FocusY}
	if hasAlt {
		d.Alt = alt
	}
	if !hasFocus || focus == "" {
		return d, nil
	}
	left, right, _ := strings.Cut(focus, ",")
	x, err := strconv.ParseFloat(strings.TrimSpace(left), 64)
	y, err2 := strconv.ParseFloat(strings.TrimSpace(right), 64)
	if err != nil || err2 != nil || math.IsNaN(x) || math.IsNaN(y) {
		return d, social.InvalidField("focus", "The point to keep visible is two numbers from -1 to 1, with a comma between.")
	}
	d.FocusX, d.FocusY = x, y
	return d, nil
}

func (c *Call) details(m social.Attachment) (timeline.Details, error) {
	return detailsOf(m, c.Form.Get("description"), c.Form.Get("focus"), c.Form.Has("description"), c.Form.Has("focus"))
}

// postMedia keeps a picture until a post takes it. It is ready at once.
func (a *API) postMedia(c *Call) (Answer, error) {
	d, err := c.details(social.Attachment{})
	if err != nil {
		return Answer{}, err
	}
	f, err := c.File("file")
	if err != nil {
		return Answer{}, err
	}
	if f == nil {
		return Answer{}, social.InvalidField("file", "There is no file in this call.")
	}
	defer f.Close()
	m, err := a.timeline.Attach(c.Context, f, d)
	if err != nil {
		return Answer{}, err
	}
	return answer(a.view(c).attachment(m)), nil
}

// upload is a picture of the owner's that no post has. One that a post has is seen
// and changed with that: a key that may upload need not open what was posted.
func (a *API) upload(c *Call) (social.Attachment, error) {
	id, err := c.id("id")
	if err != nil {
		return social.Attachment{}, err
	}
	m, err := a.store.FindAttachment(c.Context, id)
	if err == nil && (m.File == "" || m.PostID != 0) {
		err = social.ErrNotFound
	}
	return m, err
}

func (a *API) getMedia(c *Call) (Answer, error) {
	m, err := a.upload(c)
	if err != nil {
		return Answer{}, err
	}
	return answer(a.view(c).attachment(m)), nil
}

// putMedia changes what is said of a picture.
func (a *API) putMedia(c *Call) (Answer, error) {
	m, err := a.upload(c)
	if err != nil {
		return Answer{}, err
	}
	d, err := c.details(m)
	if err != nil {
		return Answer{}, err
	}
	if _, err := a.timeline.Describe(c.Context, m.ID, d); err != nil {
		return Answer{}, err
	}
	return a.getMedia(c)
}

func (a *API) deleteMedia(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	return answer(struct{}{}), a.timeline.Detach(c.Context, id)
}

// mediaActs are the calls of this file.
func (a *API) mediaActs() []Route {
	return []Route{
		{post, "/api/v2/media", "write:media", maxUpload, a.postMedia},
		{post, "/api/v1/media", "write:media", maxUpload, a.postMedia},
		{get, "/api/v1/media/:id", "write:media", 0, a.getMedia},
		{put, "/api/v1/media/:id", "write:media", 0, a.putMedia},
		{del, "/api/v1/media/:id", "write:media", 0, a.deleteMedia},
	}
}
