package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// keyExample is how the config names the key of the fingerprints.
const keyExample = "fingerprintKey: {env: STAFFSYNC_FINGERPRINT_KEY}"

// sensitive checks which attributes are sensitive, which their language is for. It
// returns the extras that only these may read, by name with the attribute that
// does.
func (c *compiler) sensitive(config Config, language *language, sourceConfig source.Config) map[string]string {
	c.fingerprintKey(config)
	for i, name := range config.Sensitive {
		key := fmt.Sprintf("sensitive[%d]", i)
		switch _, managed := config.Attributes[name]; {
		case slices.Contains(config.Sensitive[:i], name):
			c.fail(key, "%s is there twice", name)
		case strings.EqualFold(name, config.Match):
			c.fail(key, "%s holds the DCID (match), which plans and messages name", name)
		case !managed:
			c.fail(key, "%q is none of the attributes, and only these can be sensitive%s", name, plan.DidYouMean(name, slices.Sorted(maps.Keys(config.Attributes))))
		}
	}
	hidden := make(map[string]string)
	for _, name := range slices.Sorted(slices.Values(config.Sensitive)) {
		value, wrong := language.compileText(config.Attributes[name])
		if len(wrong) > 0 {
			continue // said where all attributes are compiled
		}
		for _, extra := range value.extras() {
			c.hide(hidden, extra, name, sourceConfig)
		}
	}
	return hidden
}

// hide adds the extra, with every other one of the same column, to those that are
// hidden because the attribute reads it.
func (c *compiler) hide(hidden map[string]string, name, attribute string, config source.Config) {
	column := config.Extras[name].Place()
	for field, shown := range staffColumns {
		if column == shown {
			c.fail("source.extras."+name, "%s is also staff.%s, which plans and messages show, so the sensitive attribute %s cannot be made of it", shown, field, attribute)
			return
		}
	}
	for _, other := range config.ExtraNames() {
		extra := config.Extras[other]
		if extra.Place() == column && hidden[other] == "" {
			hidden[other] = attribute
		}
		if extra.KeyPlace() == column {
			c.fail("source.extras."+other+".key", "%s is what the sensitive attribute %s is made of, and a key is a DCID, which messages show", column, attribute)
		}
	}
}

func (c *compiler) fingerprintKey(config Config) {
	switch name := config.FingerprintKey.Env; {
	case name == "" && len(config.Sensitive) > 0:
		c.fail("sensitive", "name the environment variable that holds the key of the fingerprints: %s", keyExample)
	case name != "" && !variableName.MatchString(name):
		// The text is not repeated: it may well be the key.
		c.fail("fingerprintKey.env", "this is not the name of an environment variable (letters, digits and _); the key itself must not be in this file")
	}
}

// extras returns the names of the extras that the template reads, sorted.
func (t *text) extras() []string {
	var extras []string
	for _, part := range t.parts {
		if part.compiled != nil {
			extras = append(extras, part.compiled.extras...)
		}
	}
	slices.Sort(extras)
	return slices.Compact(extras)
}

// marked returns the config of the source with those extras marked that are
// hidden.
func marked(config source.Config, hidden map[string]string) source.Config {
	config.Extras = maps.Clone(config.Extras)
	for name := range hidden {
		extra := config.Extras[name]
		extra.Sensitive = true
		config.Extras[name] = extra
	}
	return config
}
