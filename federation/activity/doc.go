// Package activity turns ActivityPub JSON into our own structs and back. It is
// the customs house: the only package that knows go-fed, and none of its names
// leave it. It is strict in what it writes and tolerant in what it reads, and
// cleans foreign HTML on entry. It touches no network and no database, fetches
// no @context, and does not decide who is entitled to say what: that is
// federation's.
//
//	activity.go    what an actor says: Create, Follow, …
//	document.go    what a URI holds: a post, an actor, a collection, …
//	guard.go       the checks on raw JSON before anything is read
//	wire.go        every word that is read of strangers' JSON
//	shapes.go      the tolerant shapes it is read into
//	head.go        Peek, for the door
//	decode.go      Decode and DecodeObject
//	post.go        a Note or its like to a social.Post
//	media.go       attachments, pages and pictures
//	person.go      an actor document to a social.Actor and its keys
//	collection.go  collections and their pages
//	visibility.go  who a post is for, from its addressing
//	text.go        addresses, lengths, times and plain text
//	encode.go      Encode: our activities through go-fed's vocabulary
//	encode_post.go, encode_actor.go, encode_collection.go   our documents
//	property.go    go-fed's properties, in fewer words
//	straighten.go  what go-fed has no word for, and the order of it all
package activity
