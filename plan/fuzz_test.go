package plan_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// Whatever is read as a plan is written, read again the same and written as
// the same bytes; nothing makes Decode panic.
func FuzzDecode(f *testing.F) {
	written, err := plan.Encode(everyField())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(written)
	f.Add(inUTF16(written, binary.LittleEndian))
	f.Add(bytes.ReplaceAll(written, []byte("\n"), []byte("\r\n")))
	f.Add([]byte("version: 1\nactions:\n  - changes: {S.A: {from: !!binary /w==, to: 0x1F}}\n"))
	f.Add([]byte("~"))
	f.Add([]byte("version: 1\nactions:\n\t- id: x\n"))
	f.Add([]byte("version: 1\ndomain: 'x\npolicy: 'y'\nactions: [1\n a:b\n"))
	f.Add([]byte("version: 1\nlimits: {suspend: {limit: 2.5%}, create: {}}\ndomain: &a x\ncustomer: *a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := plan.Decode(data)
		if err != nil {
			return
		}
		first, err := plan.Encode(read)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := plan.Decode(first)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		if err := again.VerifyDigest(); err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		read.Digest = again.Digest
		if diff := cmp.Diff(read, again, compared); diff != "" {
			t.Fatalf("read back (-want +got):\n%s", diff)
		}
		second, err := plan.Encode(again)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("written as\n%s\nand after reading (%v) as\n%s", first, err, second)
		}
	})
}

// Whatever is read as a snapshot is written and read again the same.
func FuzzDecodeSnapshot(f *testing.F) {
	for _, state := range []func() ([]byte, error){
		func() ([]byte, error) { return plan.EncodeSnapshot(everyDesiredField()) },
		func() ([]byte, error) { return plan.EncodeSnapshot(everyActualField()) },
	} {
		written, err := state()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(written)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		writtenAgain[plan.Desired](t, data)
		writtenAgain[plan.Actual](t, data)
	})
}

func writtenAgain[S plan.State](t *testing.T, data []byte) {
	read, err := plan.DecodeSnapshot[S](data)
	if err != nil {
		return
	}
	first, err := plan.EncodeSnapshot(read)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v", err)
	}
	again, err := plan.DecodeSnapshot[S](first)
	if err != nil {
		t.Fatalf("what was written cannot be read: %v\n%s", err, first)
	}
	if diff := cmp.Diff(read, again, compared); diff != "" {
		t.Fatalf("read back (-want +got):\n%s", diff)
	}
}
