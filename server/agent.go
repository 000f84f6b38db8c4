package server

import "strings"

// browsers are the words by which a browser gives itself away, the particular
// ones first: most pretend to be Chrome, and all to be Safari.
var browsers = [][2]string{
	{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi/", "Vivaldi"},
	{"SamsungBrowser/", "Samsung Internet"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Chromium/", "Chromium"},
	{"Epiphany/", "Web"}, {"Safari/", "Safari"},
	{"ELinks", "ELinks"}, {"Links (", "Links"}, {"Lynx/", "Lynx"}, {"w3m/", "w3m"}, {"Dillo/", "Dillo"}, {"NetSurf/", "NetSurf"},
}

var machines = [][2]string{
	{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"CrOS", "a Chromebook"}, {"Windows", "Windows"},
	{"Mac OS", "Mac"}, {"Macintosh", "Mac"}, {"Linux", "Linux"}, {"BSD", "BSD"},
}

// agentName names a program by what it says of itself, as its owner would: a
// browser with its machine, else a script with its own first word.
func agentName(agent string) string {
	machine := wordIn(machines, agent)
	if machine != "" {
		machine = " on " + machine
	}
	if browser := wordIn(browsers, agent); browser != "" {
		return browser + machine
	}
	if strings.HasPrefix(agent, "Mozilla/") {
		return "A browser" + machine
	}
	if name := firstWord(agent); name != "" {
		return "A script (" + name + ")"
	}
	return "A program that does not say its name"
}

func wordIn(known [][2]string, agent string) string {
	for _, k := range known {
		if strings.Contains(agent, k[0]) {
			return k[1]
		}
	}
	return ""
}

// firstWord is what stands before the version, of letters that names are made
// of.
func firstWord(agent string) string {
	name, _, _ := strings.Cut(strings.TrimSpace(agent), "/")
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" ._-", r) {
			return r
		}
		return -1
	}, name)
	return strings.TrimSpace(name[:min(len(name), 40)])
}
