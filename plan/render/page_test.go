package render

import (
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

var screens = flag.String("screens", "", "write a picture of each page at each width, light and dark, to this folder")

// longAddresses is the demo's plan with names, addresses and org units as long as
// they can be.
func longAddresses(t testing.TB) plan.Plan {
	p := demo(t)
	long := func(text string, to int) string {
		if text == "" {
			return ""
		}
		return strings.Repeat(text, to/len(text)+1)[:to]
	}
	p.Domain = long(p.Domain, 240)
	for i := range p.Actions {
		action := &p.Actions[i]
		local, _, _ := strings.Cut(action.Account, "@")
		action.Account = long(local, 64) + "@" + p.Domain
		action.Staff.Name, action.Staff.Building = long(action.Staff.Name, 120), long(action.Staff.Building, 120)
		for j := range action.Changes {
			change := &action.Changes[j]
			for _, value := range []*plan.Value{&change.From, &change.To} {
				if text := value.String(); strings.ContainsAny(text, "@/") {
					*value = plan.Text(strings.ReplaceAll(long(text, 300), " ", "_"))
				}
			}
		}
		for j := range action.Groups {
			action.Groups[j].Group = long("group", 64) + "@" + p.Domain
		}
	}
	for i := range p.Conflicts {
		p.Conflicts[i].Account = long("conflict", 64) + "@" + p.Domain
	}
	return p
}

// TestThePageAndTheMailInABrowser at the width of a telephone, of a tablet and of a
// desk, light and dark, folded and unfolded.
func TestThePageAndTheMailInABrowser(t *testing.T) {
	b := startBrowser(t)
	axe := readAxe(t)
	options := Options{Names: Names{Plan: "plan.yaml"}}
	doubtful := suspicious(118) // within every limit, and looks like a wrong export
	doubtful.Limits, doubtful.Blocked = nil, nil
	pages := map[string]func(io.Writer) error{
		"doubtful mail": func(w io.Writer) error { return mailHTML(w, doubtful, options) },
		"record page":   func(w io.Writer) error { return RecordHTML(w, recorded(), options) },
		"record mail":   func(w io.Writer) error { return recordMail(w, recorded(), options) },
	}
	for name, p := range map[string]plan.Plan{
		"empty": nothing(), "demo": demo(t), "mistyped": suspicious(118), "hostile": hostilePlan(), "long": longAddresses(t),
		"10000": suspicious(10_000),
	} {
		pages[name+" page"] = func(w io.Writer) error { return HTML(w, p, options) }
		pages[name+" mail"] = func(w io.Writer) error { return mailHTML(w, p, options) }
		pages[name+" bare mail"] = func(w io.Writer) error {
			mail := rendered(t, func(w io.Writer) error { return mailHTML(w, p, options) })
			_, err := io.WriteString(w, styleSheet.ReplaceAllString(mail, ""))
			return err
		}
	}
	for name, render := range pages {
		t.Run(name, func(t *testing.T) {
			b.t = t
			b.open([]byte(rendered(t, render)))
			if strings.HasSuffix(name, "bare mail") {
				checkWidths(b, name, 768, 1280)
				if name != "hostile bare mail" { // whose words are all as long as a column may be
					checkWidths(b, name, 375)
				}
				return
			}
			checkWidths(b, name, 375, 768, 1280)
			b.evaluate(fewRows, nil)
			checkPaper(b)
			checkLinks(b)
			b.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })", nil)
			checkWidths(b, name+" unfolded", 375, 768, 1280)
			b.evaluate(axe, nil)
			b.look(1280, "screen", "light")
			checkWithAxe(b, "{resultTypes: ['violations']}")
			b.look(375, "screen", "dark") // which differs in nothing but the colours
			checkWithAxe(b, "{resultTypes: ['violations'], runOnly: ['color-contrast']}")
			for _, complaint := range b.complaints {
				t.Errorf("on the console: %s", complaint)
			}
			for _, url := range b.requests {
				t.Errorf("it asks for %s", url)
			}
		})
	}
	b.t = t
}

// styleSheet is what many mail programs drop.
var styleSheet = regexp.MustCompile(`(?s)<style>.*?</style>`)

// fewRows leaves five rows of each table: of 10,000 that are alike a printer's pages
// and axe take minutes.
const fewRows = "document.querySelectorAll('tbody').forEach(t => [...t.rows].slice(5).forEach(r => r.remove()))"

// checkWidths holds at each width that nothing is cut off at the right.
func checkWidths(b *browser, name string, widths ...int) {
	b.t.Helper()
	for _, width := range widths {
		b.look(width, "screen", "light")
		var wide []string
		b.evaluate(`(() => {
			const room = document.documentElement.clientWidth;
			const over = [...document.querySelectorAll('body *')].filter(e => !e.parentElement.closest('details:not([open])') &&
				(e.getBoundingClientRect().right > room + 0.5 || getComputedStyle(e).display !== 'inline' && e.scrollWidth > e.clientWidth + 1));
			return over.filter(e => !over.some(o => o !== e && e.contains(o))).slice(0, 5).map(e => e.outerHTML.slice(0, 300));
		})()`, &wide)
		for _, element := range wide {
			b.t.Errorf("at %d pixels this goes over the right side: %s", width, element)
		}
		var scrolls float64
		if b.evaluate("document.documentElement.scrollWidth", &scrolls); int(scrolls) > width {
			b.t.Errorf("at %d pixels the page is %v wide", width, scrolls)
		}
		takePictures(b, fmt.Sprintf("%s %d", name, width), width)
	}
}

// checkPaper holds that on paper all is unfolded, in black on white.
func checkPaper(b *browser) {
	b.t.Helper()
	b.look(768, "print", "dark")
	var wrong []string
	b.evaluate(`[...document.querySelectorAll('.body, .memberships .changes')].filter(e => !e.checkVisibility() ||
			e.closest('details').getBoundingClientRect().height < e.getBoundingClientRect().height)
		.concat([...document.querySelectorAll('.sheet *')].slice(0, 500).filter(e => {
			const look = getComputedStyle(e);
			return look.color !== 'rgb(0, 0, 0)' || !['rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)'].includes(look.backgroundColor);
		})).slice(0, 5).map(e => e.outerHTML.slice(0, 300))`, &wrong)
	for _, element := range wrong {
		b.t.Errorf("on paper this is folded or has a colour: %s", element)
	}
}

// checkLinks holds that each number leads to the section that says more, which then is
// seen.
func checkLinks(b *browser) {
	b.t.Helper()
	b.look(1280, "screen", "light")
	var dead []string
	b.evaluate(`[...document.querySelectorAll('a')].filter(a => {
		a.click();
		const target = document.getElementById(a.hash.slice(1));
		return !target || !target.closest('details').open;
	}).map(a => a.outerHTML)`, &dead)
	for _, link := range dead {
		b.t.Errorf("this leads nowhere: %s", link)
	}
}

// takePictures writes pictures where the command line asks for them.
func takePictures(b *browser, name string, width int) {
	b.t.Helper()
	if *screens == "" {
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		b.look(width, "screen", scheme)
		if err := os.WriteFile(filepath.Join(*screens, name+" "+scheme+".png"), b.picture(width, 2200), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// readAxe returns axe-core's program, which checks whether everybody can read a page.
func readAxe(t *testing.T) string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "axe-core", "axe.min.js.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	program, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return string(program) + "; undefined"
}

// checkWithAxe holds that axe finds nothing that keeps somebody from reading the page.
func checkWithAxe(b *browser, options string) {
	b.t.Helper()
	var violations []string
	b.evaluate(`axe.run(document, `+options+`).then(found => found.violations.flatMap(v =>
		v.nodes.slice(0, 3).map(n => v.id + ': ' + n.failureSummary + ' ' + n.html.slice(0, 300))))`, &violations)
	for _, violation := range violations {
		b.t.Errorf("%s: %s", options, violation)
	}
}
