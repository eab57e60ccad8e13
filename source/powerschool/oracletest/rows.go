package oracletest

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
	for _, column := range c.columns {
		if column.Type == Clob {
			return true
		}
	}
	return false
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
	s.out.longText([]byte{0x78, 0x7e, 0x0b, 0x17, 0x0d, 0x01, 0x01}) // when it was described
	for range 4 {
		s.out.number(0)
	}
	s.out.longText(nil)
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
	s.out.number(0)
	s.out.number(0)
	s.out.longText(nil)
	s.out.number(0)
	s.out.number(charset)
	s.out.put(form)
	s.out.number(characters)
	s.out.number(0)
	s.out.put(1, byte(len(c.Name))) // may be NULL
	s.out.longText([]byte(c.Name))
	s.out.longText(nil)
	s.out.longText(nil)
	s.out.number(place)
	s.out.number(0)
}

// rows writes up to limit rows: a header, each row as what differs from the
// one before, and the summary.
func (s *session) rows(c *cursor, limit int) error {
	s.out.put(messageRowHeader, 2)
	s.out.number(len(c.columns))
	s.out.number(0)
	s.out.number(limit)
	s.out.number(0)
	s.out.longText(nil)
	s.out.longText(nil)

	var last []any
	partial := false
	for ; limit > 0 && c.sent < len(c.result.rows); limit-- {
		if after, ok := s.database.Faults.Cut[c.table]; ok && c.sent >= after {
			return s.cut()
		}
		if after, ok := s.database.Faults.Short[c.table]; ok && c.sent >= after {
			s.parameters()
			s.summary(0, "", c.id, c.sent)
			return s.flush()
		}
		row := c.result.rows[c.sent]
		partial = s.row(c, row, last, partial)
		last = row
		c.sent++
	}
	s.parameters()
	if c.sent < len(c.result.rows) {
		s.summary(0, "", c.id, c.sent)
	} else {
		s.summary(1403, oracleText(1403, ""), c.id, c.sent)
	}
	return s.flush()
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
			s.out.number(0)
			s.out.number(0)
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
	for range 4 {
		s.out.number(0)
	}
}

// summary ends the answer to a call, with code 0 when it did not fail.
func (s *session) summary(code int, text string, cursor, row int) {
	s.out.put(messageSummary)
	s.out.number(0) // status at the end of the call
	s.out.number(0) // sequence
	s.out.number(row)
	s.out.number(code)
	s.out.number(0)
	s.out.number(0)
	s.out.number(cursor)
	s.out.number(0) // place of the error
	s.out.put(3, 0) // kind of statement, fatal
	s.out.number(0) // flags
	s.out.number(0) // the cursor's options
	s.out.put(0, 0)
	s.out.number(0) // row id: object, partition, table, block, slot
	s.out.number(0)
	s.out.put(0)
	s.out.number(0)
	s.out.number(0)
	s.out.number(0) // the system's error
	s.out.put(0, 0)
	s.out.number(0)
	s.out.number(0)
	s.out.longText(nil)
	s.out.number(0) // errors of single parameters: codes, places, texts
	s.out.number(0)
	s.out.number(0)
	s.out.number(code)
	s.out.number(row)
	if code != 0 {
		s.out.text([]byte(text))
	}
}

// status ends the answer to a call without a result. Real servers tell their
// process id first.
func (s *session) status() {
	pid := "3244892"
	s.out.put(messageNote, 2)
	s.out.number(len(pid))
	s.out.put(byte(len(pid)))
	s.out.put([]byte(pid)...)
	s.out.put(messageStatus)
	s.out.number(0)
	s.out.number(0)
}
