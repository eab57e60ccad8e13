// Package diff compares the desired state with the actual one: it makes the
// plan, and says what it still needs to know for it.
package diff
