package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"html"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// firstScreen is the picture of the first screen that the README shows.
var firstScreen = filepath.Join("..", "..", "fixtures", "first-screen.png")

// pictureNote names the text in the picture's file that says which screen it shows.
const pictureNote = "staffsync-screen"

// TestThePictureInTheReadmeShowsTheFirstScreen as a terminal shows it. With -update it
// takes the picture again, which needs a Chromium.
func TestThePictureInTheReadmeShowsTheFirstScreen(t *testing.T) {
	options := Options{Width: 84, Color: true, Detail: ScreenOnly, VerdictLast: true, Names: Names{Plan: "plan.yaml"}}
	screen := rendered(t, func(w io.Writer) error { return Text(w, demo(t), options) })
	page := terminal("$ staffsync plan -o plan.yaml\n" + screen)
	sum := sha256.Sum256([]byte(page))
	shows := hex.EncodeToString(sum[:])
	file, err := os.ReadFile(firstScreen)
	if err == nil && noteOf(file) == shows {
		return
	}
	if !*update {
		t.Fatalf("%s does not show the first screen as it is now (%v); take it again with go test ./plan/render -run Picture -update", firstScreen, err)
	}
	b := startBrowser(t)
	b.open([]byte(page))
	b.call("Emulation.setDeviceMetricsOverride", object{"width": 760, "height": 400, "deviceScaleFactor": 2, "mobile": false}, nil)
	if err := os.WriteFile(firstScreen, withNote(t, fewColours(t, b.picture(760, 2000)), shows), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ansi is an escape sequence for colour.
var ansi = regexp.MustCompile(`\x1b\[([0-9;]*)m`)

// terminal is a page that looks like a terminal with the text.
func terminal(text string) string {
	colours := map[string]string{"31": "#ff8a80", "32": "#7bd88f", "33": "#e5b94f", "35": "#d5a6f2", "36": "#7fc8e6", "2": "#9aa4af"}
	var out strings.Builder
	out.WriteString(`<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;padding:18px 22px;background:#15181c;color:#e6e9ed"><pre style="margin:0;font:14px/1.4 'DejaVu Sans Mono',monospace">`)
	at := 0
	for _, found := range ansi.FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(html.EscapeString(text[at:found[0]]))
		at = found[1]
		codes := strings.Split(text[found[2]:found[3]], ";")
		if codes[0] == "0" || codes[0] == "22" {
			out.WriteString("</span>")
			continue
		}
		style := ""
		for _, code := range codes {
			if code == "1" {
				style += "font-weight:bold;"
			}
			if colours[code] != "" {
				style += "color:" + colours[code] + ";"
			}
		}
		fmt.Fprintf(&out, `<span style="%s">`, style)
	}
	out.WriteString(html.EscapeString(text[at:]))
	out.WriteString("</pre>")
	return out.String()
}

// fewColours writes the picture anew with at most 256 colours, in a third of the bytes.
func fewColours(t *testing.T, picture []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[color.RGBA]int)
	bounds := full.Bounds()
	coarse := func(c color.Color) color.RGBA { // eight shades of each colour beside the rest
		r, g, b, _ := c.RGBA()
		step := func(v uint32) uint8 { return uint8(min(255, (v>>8+16)/32*32)) }
		return color.RGBA{step(r), step(g), step(b), 255}
	}
	var palette color.Palette
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := coarse(full.At(x, y))
			if counts[c]++; counts[c] == 1 && len(palette) < 256 {
				palette = append(palette, c)
			}
		}
	}
	few := image.NewPaletted(bounds, palette)
	draw.Draw(few, bounds, full, bounds.Min, draw.Src)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, few); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pngHead is how many bytes of a PNG come before its second chunk.
const pngHead = 8 + 4 + 4 + 13 + 4

// withNote puts a text into the picture's file (https://www.w3.org/TR/png/#11tEXt).
func withNote(t *testing.T, picture []byte, note string) []byte {
	t.Helper()
	data := []byte("tEXt" + pictureNote + "\x00" + note)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)-len("tEXt")))
	chunk = append(chunk, data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(data))
	return append(append(append([]byte{}, picture[:pngHead]...), chunk...), picture[pngHead:]...)
}

// noteOf returns the text that withNote put into the file, empty where there is none.
func noteOf(picture []byte) string {
	_, after, found := bytes.Cut(picture, []byte("tEXt"+pictureNote+"\x00"))
	if !found || len(after) < hex.EncodedLen(sha256.Size) {
		return ""
	}
	return string(after[:hex.EncodedLen(sha256.Size)])
}
