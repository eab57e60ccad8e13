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

// Whatever is read as a snapshot is written and read again the same, and can
// be planned from without a panic.
func FuzzDecodeState(f *testing.F) {
	source, target := everyStateField()
	for end, state := range map[plan.End]plan.State{plan.Source: source, plan.Target: target} {
		written, err := plan.EncodeState(end, state)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(end == plan.Source, written)
	}
	f.Fuzz(func(t *testing.T, isSource bool, data []byte) {
		end := plan.Target
		if isSource {
			end = plan.Source
		}
		read, err := plan.DecodeState(end, data)
		if err != nil {
			return
		}
		first, err := plan.EncodeState(end, read)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := plan.DecodeState(end, first)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		if diff := cmp.Diff(read, again, compared); diff != "" {
			t.Fatalf("read back (-want +got):\n%s", diff)
		}
		desired, actual := source, read
		if isSource {
			desired, actual = read, target
		}
		if _, err := plan.Needs(desired, actual); err != nil {
			return
		}
		if made, err := plan.Diff(desired, actual, nil); err == nil {
			if _, err := plan.Encode(made); err != nil {
				t.Fatalf("the plan from it cannot be written: %v", err)
			}
		}
	})
}
