package templates

import "croft/social"

// field is the nth line of the profile, from 1; empty beyond the last.
func (d *ProfileFormPage) field(n int) social.ProfileField {
	if n > len(d.Profile.Fields) {
		return social.ProfileField{}
	}
	return d.Profile.Fields[n-1]
}

// openFacts is how many lines of facts stand open: those that say something and
// an empty one. The rest are folded away.
func (d *ProfileFormPage) openFacts() int {
	return min(len(d.Profile.Fields)+1, social.MaxFields)
}

// from is the address of a visit, as the end of a sentence.
func from(address string) string {
	if address == "" {
		return ""
	}
	return ", from " + address
}
