//go:build !race

package markup

// hostileLength is how much of a hostile text the tests type: a post's limit.
const hostileLength = 20_000
