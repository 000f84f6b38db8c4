package templates

func threadTitle(d *ThreadPage) string {
	if d.Here.Post == nil {
		return "Post, with replies"
	}
	return "Post by " + d.Here.Author.Name + ", " + d.moment(d.Here.Post.PublishedAt) + ", with replies"
}

func repliesTitle(d *ThreadPage) string {
	if n := max(d.Total, d.Known); n > 0 {
		return Plural(n, "reply", "replies")
	}
	return "No replies yet"
}

func hereURI(v *PostView) string {
	if v.Post == nil {
		return ""
	}
	return v.Post.URI
}

// answer is one of the answers to r that stands no further in than r does, and
// so says whom it answers.
func (r *Reply) answer(i int) *Reply {
	a := r.Replies[i]
	if r.Post != nil {
		a.Answers = &r.Author
	}
	return &a
}
