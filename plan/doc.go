// Package plan is the ground floor of staffsync: the words that
// every other package speaks in: accounts, changes, limits and the plan file.
//
// It does no input or output but the file codec, has no clock and no
// randomness, and imports nothing else of staffsync's.
package plan
