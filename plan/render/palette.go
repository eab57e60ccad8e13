package render

import "github.com/fatih/color"

// palette is the colours of one text. They are instances of their own, so
// that nothing global decides.
type palette struct {
	tones                       map[tone]*color.Color
	bold, faint, alarm, changed *color.Color
}

func newPalette(on bool) palette {
	paint := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	return palette{
		tones: map[tone]*color.Color{
			tonePlain:   paint(color.Bold),
			toneDanger:  paint(color.FgRed, color.Bold),
			toneNew:     paint(color.FgGreen, color.Bold),
			toneAddress: paint(color.FgMagenta, color.Bold),
			tonePlace:   paint(color.FgCyan, color.Bold),
			toneDetail:  paint(color.FgYellow, color.Bold),
		},
		bold:    paint(color.Bold),
		faint:   paint(color.Faint),
		alarm:   paint(color.FgHiWhite, color.BgRed, color.Bold),
		changed: paint(color.FgRed, color.Bold),
	}
}
