package powerschool

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// explainSignIn words what the listener or the database refuses before there
// is a session.
func (m messages) explainSignIn(answered refusal) error {
	code := fmt.Sprintf("ORA-%05d", answered.code)
	switch answered.code {
	case 1017:
		return fmt.Errorf("PowerSchool's database refused the user name or password of %s (%s); correct %s and %s before the next try, since Oracle locks a user after several",
			m.user, code, UserVariable, PasswordVariable)
	case 28000:
		return fmt.Errorf("the database user %s is locked (%s); have the database administrator run: ALTER USER %s ACCOUNT UNLOCK", m.user, code, m.grantee)
	case 28001, 28002:
		return fmt.Errorf("the password of the database user %s has expired or is about to (%s); have the database administrator set a new one, and put it into %s",
			m.user, code, PasswordVariable)
	case 1045:
		return fmt.Errorf("the database user %s may not sign in (%s); have the database administrator run: GRANT CREATE SESSION TO %s", m.user, code, m.grantee)
	case 12514, 12505, 12504:
		return fmt.Errorf("the listener of PowerSchool's database at %s does not know this service or SID (%s); correct the end of %s: host:port/service, as lsnrctl services lists it on the server (usually %s), or host:port:SID",
			m.address, code, DatabaseVariable, defaultService)
	case 1033, 1034, 1089, 1090, 12526, 12527, 12528:
		return fmt.Errorf("PowerSchool's database at %s is starting or stopping (%s); try again when it is up", m.address, code)
	case 12516, 12518, 12519, 12520, 18, 20, 2391:
		return fmt.Errorf("PowerSchool's database at %s has no room for another connection (%s); try again later", m.address, code)
	case 12506, 12529:
		return fmt.Errorf("the listener of PowerSchool's database at %s does not let this machine in (%s); have its administrator allow it", m.address, code)
	case 12170, 12535:
		return fmt.Errorf("PowerSchool's database at %s broke off the sign-in because it took too long (%s); check the network between, the VPN or SSH tunnel, and try again", m.address, code)
	case 28040:
		return fmt.Errorf("PowerSchool's database at %s takes none of the driver's ways to check a password (%s); have the database administrator set the user's password again under Oracle 12c or later", m.address, code)
	}
	return fmt.Errorf("PowerSchool's database at %s refused to let %s in: %s", m.address, m.user, withCode(code, answered.text))
}

// withCode puts the code before a text that does not begin with it.
func withCode(code, text string) string {
	switch {
	case strings.HasPrefix(text, code):
		return text
	case text == "" || strings.HasPrefix(text, "ORA-"):
		return code
	}
	return code + ": " + text
}

// explainRead words why a table was not read, rows of which had arrived.
func (r *Reader) explainRead(ctx context.Context, err error, t table, rows int) error {
	m := r.messages
	if ended := m.explainEnd(ctx, "read PowerSchool's table "+t.name); ended != nil {
		return ended
	}
	if answered, ok := r.engine.refusal(err); ok {
		return m.explainStatement(answered, t)
	}
	var short *shortRead
	var value *unreadable
	switch {
	case errors.As(err, &short):
		return fmt.Errorf("a short read of PowerSchool's table %s: %s arrived, but it has %d; nothing was taken from it, so run it again", t.name, countOf(short.arrived), short.counted)
	case errors.As(err, &value):
		problem := fmt.Sprintf("PowerSchool's table %s: the column %s holds bytes, not text", t.name, value.column)
		if keys := m.extraKeys(t, value.column); keys != "" {
			problem += "; name another one in " + keys
		}
		return errors.New(problem)
	case isCut(err):
		return fmt.Errorf("the connection to PowerSchool's database was lost while the table %s was read, after %s; nothing was taken from it, so run it again", t.name, countOf(int64(rows)))
	}
	return fmt.Errorf("read PowerSchool's table %s: %s", t.name, clean(err.Error()))
}

func countOf(rows int64) string {
	if rows == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", rows)
}

// explainStatement words what the database refuses of a statement.
func (m messages) explainStatement(answered refusal, t table) error {
	code := fmt.Sprintf("ORA-%05d", answered.code)
	grant := "GRANT SELECT ON " + t.name + " TO " + m.grantee
	switch answered.code {
	case noSuchTable:
		return fmt.Errorf("PowerSchool's database has no table %s that %s may read (%s); have the database administrator run, as the table's owner: %s; or, if it is in a schema of its own, %s",
			t.name, m.user, code, grant, m.otherSchema(t))
	case 1031, 41900:
		return fmt.Errorf("the database user %s may not read PowerSchool's table %s (%s); have the database administrator run, as the table's owner: %s", m.user, t.name, code, grant)
	case noSuchColumn:
		if answered.column == "" {
			break
		}
		problem := fmt.Sprintf("PowerSchool's table %s has no column %s (%s)", t.name, clean(answered.column), code)
		if keys := m.extraKeys(t, answered.column); keys != "" {
			return errors.New(problem + "; correct " + keys)
		}
		return fmt.Errorf("%s, which every PowerSchool has; check that it is PowerSchool's own table and no view without it, or %s", problem, m.otherSchema(t))
	case 1555, 1466:
		return fmt.Errorf("PowerSchool's table %s changed too much while it was read (%s); run it again when PowerSchool is less busy", t.name, code)
	}
	if serverGone(answered.code) {
		return fmt.Errorf("PowerSchool's database ended the session while the table %s was read (%s); nothing was taken from it, so run it again", t.name, code)
	}
	return fmt.Errorf("PowerSchool's database does not let the table %s be read: %s", t.name, withCode(code, answered.text))
}

// otherSchema says which key of the config names a table's schema.
func (m messages) otherSchema(t table) string {
	switch {
	case len(t.extras) > 0:
		return "name the schema in source.extras." + t.extras[0] + ".table, such as ps." + t.spec.BareName()
	case m.config.Schema != "":
		return "correct source.powerschool.schema"
	}
	return "set source.powerschool.schema, such as schema: ps"
}

// extraKeys names the keys of the config that ask for a column because of an
// extra, empty when none does.
func (m messages) extraKeys(t table, column string) string {
	var keys []string
	for _, name := range t.extras {
		extra := m.extras[name]
		if strings.EqualFold(extra.Key, column) {
			keys = append(keys, "source.extras."+name+".key")
		}
		if strings.EqualFold(extra.Column, column) {
			keys = append(keys, "source.extras."+name+".column")
		}
	}
	return strings.Join(keys, " or ")
}
