// Package holds reads the holds that a district keeps in its config or in a CSV
// file.
package holds
