package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// SensitiveValues are the sensitive values as PowerSchool has them at this
// moment, for whoever writes them. They are out of reach for whatever prints or
// encodes this.
type SensitiveValues struct {
	value func(dcid int64, field string, planned plan.Value) (plan.Value, error)
}

// Value returns the planned value of the person's field with what it is, and an
// error where PowerSchool has another one by now.
func (v SensitiveValues) Value(dcid int64, field string, planned plan.Value) (plan.Value, error) {
	return v.value(dcid, field, planned)
}

// ReadSensitive reads the tables again for the values of the sensitive
// attributes, of which these are the directory's types. A read that fails in part
// is an error.
func (r Reader) ReadSensitive(ctx context.Context, attributes []plan.Attribute) (SensitiveValues, error) {
	district, err := r.ReadDistrict(ctx)
	if err != nil {
		return SensitiveValues{}, err
	}
	people := make(map[int64]*source.Staff, len(district.Staff)+len(district.LeftOut))
	for i := range district.LeftOut {
		people[district.LeftOut[i].Staff.DCID] = &district.LeftOut[i].Staff
	}
	for i := range district.Staff {
		people[district.Staff[i].DCID] = &district.Staff[i]
	}
	return SensitiveValues{func(dcid int64, field string, planned plan.Value) (plan.Value, error) {
		attribute, err := plan.FindManaged(attributes, field)
		if err != nil {
			return plan.Value{}, err
		}
		staff, known := people[dcid]
		if !known {
			return plan.Value{}, errors.New("PowerSchool does not know the person any more; make a new plan")
		}
		return r.Policy.sensitiveValue(staff, attribute, planned)
	}}, nil
}

// sensitiveValue returns the planned value with what it is.
func (p *Policy) sensitiveValue(staff *source.Staff, attribute plan.Attribute, planned plan.Value) (plan.Value, error) {
	i := slices.IndexFunc(p.attributes, func(rule valueRule) bool { return rule.sensitive && rule.name == attribute.Name })
	if i < 0 {
		return plan.Value{}, errors.New("the config does not call it sensitive; make a new plan")
	}
	var who activation
	who.person(staff)
	text, err := p.attributes[i].of(&who)
	if err != nil {
		return plan.Value{}, fmt.Errorf("it cannot be decided any more: %w", err)
	}
	now, err := attribute.Fit(text)
	if err != nil || !p.key.Fingerprint(staff.DCID, attribute.Name, now).Equal(planned) {
		return plan.Value{}, errors.New("PowerSchool has another value now than when the plan was made; make a new plan")
	}
	return planned.Knowing(now), nil
}

// of returns the rule's value for the person. Of a sensitive one no error repeats
// it: CEL's own quote what they are about, those of the source do not.
func (r valueRule) of(who *activation) (string, error) {
	value, err := r.value.value(who, false)
	var words undecided
	if err != nil && r.sensitive && !errors.As(err, &words) {
		return "", errors.New("the rule fails for this person's value, which is sensitive")
	}
	return value, err
}
