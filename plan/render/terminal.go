package render

import (
	"io"
	"os"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
	"golang.org/x/term"
)

// leastWidth is the narrowest terminal that lines are broken for.
const leastWidth = 40

// Terminal returns the writer and the options that suit w: colour and the
// width when it is a terminal, neither when it is a file, a pipe or anything
// else. Colour stays off where NO_COLOR is set (https://no-color.org) or TERM
// is dumb; getenv is os.Getenv. On Windows the writer returned makes colour
// work in older consoles, so write to it and not to w.
func Terminal(w io.Writer, getenv func(string) string) (io.Writer, Options) {
	file, ok := w.(*os.File)
	if !ok || file == nil {
		return w, Options{}
	}
	console := isatty.IsTerminal(file.Fd())
	if !console && !isatty.IsCygwinTerminal(file.Fd()) {
		return w, Options{}
	}
	options := Options{VerdictLast: true, Color: getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"}
	if console {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width >= leastWidth {
			options.Width = width
		}
	}
	if options.Color {
		switch file {
		case os.Stdout:
			return color.Output, options
		case os.Stderr:
			return color.Error, options
		}
	}
	return w, options
}
