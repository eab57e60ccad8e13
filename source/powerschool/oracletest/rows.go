package oracletest

import "slices"

// cursor is a query whose rows are being fetched.
type cursor struct {
	id int
	result
	sent int // rows
	// defined tells that the client wants the texts of CLOBs, and not where
	// they are.
	defined bool
}

func (c *cursor) hasClob() bool {
	return slices.ContainsFunc(c.columns, func(c Column) bool { return c.Type == Clob })
}

// describe writes the columns of a query.
func (s *session) describe(c *cursor) {
	longest := 0
	for _, column := range c.columns {
		longest += column.maxBytes()
	}
	s.out.put(messageDescribe, 0)
	s.out.number(longest)
	s.out.number(len(c.columns))
	s.out.put(0)
	for i, column := range c.columns {
		s.describeColumn(column, i)
	}
	s.out.longText("\x78\x7e\x0b\x17\x0d\x01\x01") // when it was described
	s.out.zeros(5)
}

func (s *session) describeColumn(c Column, place int) {
	charset, form, characters := 0, byte(0), 0
	switch c.Type {
	case Varchar2, Char:
		charset, form, characters = charsetAL32UTF8, 1, max(1, c.Length)
	case Clob:
		charset, form = charsetAL32UTF8, 1
	}
	s.out.put(byte(c.Type), 0, 0) // no flags, any precision
	if c.Type == Number {
		const floating = -127
		s.out.number(floating)
	} else {
		s.out.put(0)
	}
	s.out.number(c.maxBytes())
	s.out.zeros(4)
	s.out.number(charset)
	s.out.put(form)
	s.out.number(characters)
	s.out.put(0, 1, byte(len(c.Name))) // may be NULL
	s.out.longText(c.Name)
	s.out.zeros(2)
	s.out.number(place)
	s.out.zeros(1)
}

// rows writes up to limit rows: a header, each row as what differs from the
// one before, and the summary.
func (s *session) rows(c *cursor, limit int) {
	s.out.put(messageRowHeader, 2)
	s.out.number(len(c.columns))
	s.out.zeros(1)
	s.out.number(limit)
	s.out.zeros(3)

	var last []any
	partial := false
	for ; limit > 0 && c.sent < len(c.result.rows); limit-- {
		if after, ok := s.database.Faults.Cut[c.table]; ok && c.sent >= after {
			s.cut()
		}
		if after, ok := s.database.Faults.Short[c.table]; ok && c.sent >= after {
			s.done(c.id, c.sent)
			return
		}
		row := c.result.rows[c.sent]
		partial = s.row(c, row, last, partial)
		last = row
		c.sent++
	}
	if c.sent < len(c.result.rows) {
		s.done(c.id, c.sent)
		return
	}
	s.parameters()
	s.summary(1403, "", c.id, c.sent)
	s.flush()
}

// row writes a row without the values that are as in the last one. A bit
// vector says which are there; it holds until the next one, so a full one
// follows a partial one.
func (s *session) row(c *cursor, row, last []any, partial bool) (nowPartial bool) {
	vector := make([]byte, (len(row)+7)/8)
	differing := 0
	for i, column := range c.columns {
		if last == nil || row[i] != last[i] || column.Type == Clob {
			vector[i/8] |= 1 << (i % 8)
			differing++
		}
	}
	nowPartial = differing < len(row)
	if nowPartial || partial {
		s.out.put(messageBitVector)
		s.out.number(differing)
		s.out.put(vector...)
	}
	s.out.put(messageRow)
	for i, column := range c.columns {
		if vector[i/8]&(1<<(i%8)) == 0 {
			continue
		}
		value, _ := column.encode(row[i]) // was checked when the server began
		s.out.text(value)
		if c.defined && column.Type == Clob {
			s.out.zeros(2)
		}
	}
	return nowPartial
}

// parameters writes what follows the rows: none of the parameters that a
// session may have, and no id of the query.
func (s *session) parameters() {
	s.out.put(messageParameters)
	s.out.number(2)
	s.out.number(1234567) // the snapshot's number
	s.out.zeros(4)
}

// done ends an answer that is neither an error nor the last rows.
func (s *session) done(cursor, row int) {
	s.parameters()
	s.summary(0, "", cursor, row)
	s.flush()
}

// summary ends the answer to a call, with code 0 when it did not fail.
func (s *session) summary(code int, about string, cursor, row int) {
	s.out.put(messageSummary, 0, 0) // status and sequence at the end of the call
	s.out.number(row)
	s.out.number(code)
	s.out.zeros(2)
	s.out.number(cursor)
	s.out.put(0, 3) // place of the error, kind of statement
	s.out.zeros(19) // flags, options, row id, the system's error, and those of single parameters
	s.out.number(code)
	s.out.number(row)
	if code != 0 {
		s.out.text([]byte(oracleText(code, about)))
	}
}

// status ends the answer to a call without a result. Real servers tell their
// process id first.
func (s *session) status() {
	s.out.put(messageNote, 2)
	s.out.longText("3244892")
	s.out.put(messageStatus, 0, 0)
}
