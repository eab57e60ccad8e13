// Package policy is the district's rules: compiled from the config, they say
// of each member of staff which Google account there should be.
package policy
