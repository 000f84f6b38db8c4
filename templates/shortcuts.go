package templates

// ShortcutsPage lists the keys that do something, and turns those that are one
// key alone on or off. Its form goes to PathShortcuts; the field is on (1).
type ShortcutsPage struct {
	Page
	On bool
}

// shortcut is what a key does. Keys are pressed one after the other; the names
// are those of KeyboardEvent.key. TestShortcuts holds them against the script.
type shortcut struct {
	keys []string
	also string // another key for the same
	what string
}

type shortcutGroup struct {
	heading   string
	shortcuts []shortcut
}

func shortcutGroups() []shortcutGroup {
	return []shortcutGroup{
		{"Going through a list", []shortcut{
			{[]string{"j"}, "", "The next post or notification"},
			{[]string{"k"}, "", "The one before"},
			{[]string{"o"}, "Enter", "Open it"},
		}},
		{"On a post", []shortcut{
			{[]string{"r"}, "", "Reply"},
			{[]string{"b"}, "", "Boost, or take the boost back"},
			{[]string{"l"}, "f", "Like, or take the like back"},
			{[]string{"s"}, "", "Bookmark, or take the bookmark out"},
			{[]string{"x"}, "", "Show or hide what stands behind a warning"},
		}},
		{"Going about", []shortcut{
			{[]string{"n"}, "", "Write"},
			{[]string{"/"}, "", "Search"},
			{[]string{"g", "h"}, "", "Home"},
			{[]string{"g", "n"}, "", "Notifications"},
			{[]string{"g", "m"}, "", "Messages"},
			{[]string{"g", "b"}, "", "Bookmarks"},
			{[]string{"g", "s"}, "", "Settings"},
			{[]string{"?"}, "", "This page"},
		}},
	}
}

// heldShortcuts work whether or not those of one key do.
func heldShortcuts() []shortcut {
	return []shortcut{
		{[]string{"Escape"}, "", "Close a menu, or leave a field"},
		{[]string{"Ctrl + Enter"}, "", "Post what you are writing"},
	}
}
