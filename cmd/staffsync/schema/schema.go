// Package schema holds the JSON Schemas of the config and of the plan file, by
// which editors complete and check them. They are generated from the Go types:
//
//	go test ./cmd/staffsync/schema -update
package schema

import "embed"

//go:embed config.json plan.json
var files embed.FS

// Names lists what there is a schema of.
func Names() []string { return []string{"config", "plan"} }

// Of returns the JSON Schema of the config or of the plan file, which is one of
// Names.
func Of(name string) ([]byte, error) { return files.ReadFile(name + ".json") }

// URL is where an editor finds the schema of that name.
func URL(name string) string {
	return "https://raw.githubusercontent.com/staffsync/staffsync/main/cmd/staffsync/schema/" + name + ".json"
}
