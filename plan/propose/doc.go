// Package propose reads out of a directory which rules for org units place most
// of the staff where their accounts already are.
package propose
