package templates

// keyWords says since when a key is held, and when it was last used.
func keyWords(p *Page, k AppView) string {
	if k.Used.IsZero() {
		return "Not used yet. Since " + Day(p.Now, k.Since) + "."
	}
	return "Last used " + p.moment(k.Used) + ". Since " + Day(p.Now, k.Since) + "."
}
