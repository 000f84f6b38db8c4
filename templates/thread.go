package templates

func threadTitle(d *ThreadPage) string {
	if d.Here.Post == nil {
		return "Post, with replies"
	}
	return "Post by " + d.Here.Author.Name + ", " + Moment(d.Now, d.Here.Post.PublishedAt) + ", with replies"
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
