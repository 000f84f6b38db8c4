package mastodon

// getEmojis are the owner's emoji.
func (a *API) getEmojis(c *Call) (Answer, error) {
	all, err := a.store.ListEmojis(c.Context)
	if err != nil {
		return Answer{}, err
	}
	shown := []customEmoji{}
	for _, e := range all {
		url := a.site.Media(e.File)
		shown = append(shown, customEmoji{Shortcode: e.Name, URL: url, StaticURL: url, Visible: true, Category: textOrNull(e.Category)})
	}
	return answer(shown), nil
}
