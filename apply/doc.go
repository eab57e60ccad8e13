// Package apply executes a plan: it refuses what must not run, re-reads every
// account before it touches it, makes the changes side by side in the order
// that the plan asks for, and keeps a journal so that a run that was cut
// short is completed by the next.
package apply
