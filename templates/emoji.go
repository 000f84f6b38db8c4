package templates

// picturesOf are by name the addresses of emoji; of two with one name the first.
func picturesOf(emojis []EmojiView) map[string]string {
	if len(emojis) == 0 {
		return nil
	}
	pictures := make(map[string]string, len(emojis))
	for _, e := range emojis {
		if e.Name != "" && pictures[e.Name] == "" {
			pictures[e.Name] = e.Src
		}
	}
	return pictures
}
