package server

import (
	"strings"

	"croft/templates"
)

// scopeView says what a scope lets an app do.
func scopeView(scope string) templates.ScopeView {
	switch scope {
	case "read":
		return templates.ScopeView{Name: scope, Label: "Read", Hint: "Your timelines, lists and bookmarks, and your messages."}
	case "write":
		return templates.ScopeView{Name: scope, Label: "Write", Hint: "Posts and photos in your name; like, boost, delete, change your profile."}
	case "follow":
		return templates.ScopeView{Name: scope, Label: "Follow and block", Hint: "See and change whom you follow, mute and block."}
	case "push":
		return templates.ScopeView{Name: scope, Label: "Notify you", Hint: "Through its own service, which sees when, and not what."}
	case "profile":
		return templates.ScopeView{Name: scope, Label: "See who you are", Hint: "Your name, handle and picture, and nothing else."}
	}
	act, what, _ := strings.Cut(scope, ":")
	if act == "read" {
		return templates.ScopeView{Name: scope, Label: "Read " + what, Hint: "Only this part of your home."}
	}
	return templates.ScopeView{Name: scope, Label: "Change " + what, Hint: "Only this part of your home."}
}

// scopeWords are scopes as a sentence.
func scopeWords(scopes []string) string {
	words := make([]string, 0, len(scopes))
	for i, one := range scopes {
		label := scopeView(one).Label
		if i > 0 {
			label = strings.ToLower(label[:1]) + label[1:]
		}
		words = append(words, label)
	}
	return strings.Join(words, ", ") + "."
}
