// Package plan is the ground floor of staffsync: what an account is, how the
// desired state and the actual one differ, and the plan file that says what
// apply will do about it.
//
// It does no input or output but the file codec, has no clock and no
// randomness, and imports nothing else of staffsync's.
package plan
