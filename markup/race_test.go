//go:build race

package markup

// hostileLength is how much of a hostile text the tests type. The race detector
// makes everything some twenty times slower.
const hostileLength = 4_000
