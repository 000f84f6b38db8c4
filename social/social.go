// Package social holds the nouns of the house: people, posts, follows and what
// stands between them. It does no input or output, reads no clock and keeps no
// state; whoever needs those lives on a higher floor.
//
//	actor.go         a person, group or program of the fediverse; handles
//	post.go          what somebody wrote, who may see it, drafts of the owner
//	attachment.go    pictures, video, sound and links that hang on a post
//	text.go          the shape of a language's name, line ends
//	preferences.go   how the owner likes to read and write
//	follow.go        follows, boosts, likes, blocks and mutes
//	notification.go  what concerns the owner; reports
//	site.go          every URI of this home
//	id.go            our own time-ordered numbers
//	errors.go        the seven kinds of error and what a person is told
package social

// HTML is markup that is safe to write into a page as it is. Only package
// markup makes it from other text, and the store when it reads back what it
// stored.
type HTML string
