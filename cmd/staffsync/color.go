package main

import (
	"fmt"
	"io"
	"os"

	"github.com/staffsync/staffsync/plan/render"
)

// The words of --color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

func checkColor(word string) error {
	switch word {
	case colorAuto, colorAlways, colorNever:
		return nil
	}
	return fmt.Errorf("--color %q: use auto, always or never", word)
}

// screen returns the writer and the options that suit w, in the colour that was
// asked for.
func (t terminal) screen(w io.Writer) (io.Writer, render.Options) {
	screen, look := render.Terminal(w, os.Getenv)
	switch t.color {
	case colorAlways:
		look.Color = true
	case colorNever:
		look.Color = false
	}
	return screen, look
}
