package render

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browser is a page in a Chromium without a window. It is spoken to over a pair of
// pipes in the DevTools protocol (https://chromedevtools.github.io/devtools-protocol),
// each message with a zero byte after it.
type browser struct {
	t       *testing.T
	to      *os.File
	from    *os.File
	answers *bufio.Reader
	session string
	last    int
	// loaded counts the pages that were loaded, complaints are the errors on the
	// page's console, and requests what it asked for besides itself.
	loaded               int
	complaints, requests []string
}

// browserPatience is how long an answer of the browser may take.
const browserPatience = 2 * time.Minute

// startBrowser skips the test where there is no Chromium.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	program := chromium()
	if program == "" {
		t.Skip("there is no Chromium here")
	}
	arguments := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + t.TempDir(), "--disable-gpu", "--hide-scrollbars",
		"--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage", "--force-color-profile=srgb",
	}
	if os.Getuid() == 0 {
		arguments = append(arguments, "--no-sandbox") // which Chromium refuses to root
	}
	reads, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, writes, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, append(arguments, "about:blank")...)
	command.ExtraFiles = []*os.File{reads, writes} // 3 and 4 of the process
	if err := command.Start(); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	reads.Close()
	writes.Close()
	b := &browser{t: t, to: to, from: from, answers: bufio.NewReaderSize(from, 1<<16)}
	t.Cleanup(func() {
		b.session = ""
		b.call("Browser.close", nil, nil)
		to.Close()
		from.Close()
		_ = command.Wait()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", object{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// chromium is the program's path, empty where there is none that can be spoken to:
// Windows hands a process no pipes.
func chromium() string {
	if filepath.Separator == '\\' {
		return ""
	}
	for _, name := range []string{
		"chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// object is one of JavaScript.
type object map[string]any

// call asks for something and waits for the answer. What happens on the page by then
// is noted.
func (b *browser) call(method string, parameters object, result any) {
	b.t.Helper()
	b.last++
	message := object{"id": b.last, "method": method, "params": parameters}
	if parameters == nil {
		message["params"] = object{}
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	data, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(data, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		answer := b.next(method)
		switch {
		case answer.ID == b.last && answer.Error != nil:
			b.t.Fatalf("%s: %s", method, answer.Error)
		case answer.ID == b.last:
			if result == nil {
				return
			}
			if err := json.Unmarshal(answer.Result, result); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
			return
		}
		b.note(answer)
	}
}

// browserMessage is an answer or an event.
type browserMessage struct {
	ID     int
	Method string
	Error  json.RawMessage
	Result json.RawMessage
	Params json.RawMessage
}

func (b *browser) next(waitingFor string) browserMessage {
	b.t.Helper()
	if err := b.from.SetReadDeadline(time.Now().Add(browserPatience)); err != nil {
		b.t.Fatal(err)
	}
	data, err := b.answers.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("%s: read from the browser: %v", waitingFor, err)
	}
	var message browserMessage
	if err := json.Unmarshal(data[:len(data)-1], &message); err != nil {
		b.t.Fatalf("%s: %v", waitingFor, err)
	}
	return message
}

// note remembers an event.
func (b *browser) note(event browserMessage) {
	var about struct {
		Type  string
		Entry struct{ Level, Text string }
		Args  []struct{ Value any }
		ExceptionDetails,
		Request struct{ URL, Text string }
	}
	_ = json.Unmarshal(event.Params, &about) // other events say other things
	switch event.Method {
	case "Page.loadEventFired":
		b.loaded++
	case "Runtime.exceptionThrown":
		b.complaints = append(b.complaints, string(event.Params))
	case "Runtime.consoleAPICalled":
		if about.Type == "error" || about.Type == "warning" {
			b.complaints = append(b.complaints, fmt.Sprint(about.Args))
		}
	case "Log.entryAdded":
		if about.Entry.Level == "error" || about.Entry.Level == "warning" {
			b.complaints = append(b.complaints, about.Entry.Text)
		}
	case "Network.requestWillBeSent":
		b.requests = append(b.requests, about.Request.URL)
	}
}

// open loads the page from a file, whole.
func (b *browser) open(page []byte) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "page.html")
	if err := os.WriteFile(path, page, 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.complaints, b.requests = nil, nil
	before := b.loaded
	b.call("Page.navigate", object{"url": "file://" + path}, nil)
	for b.loaded == before {
		b.note(b.next("load the page"))
	}
	b.requests = deleteFile(b.requests, path)
}

func deleteFile(urls []string, path string) []string {
	var others []string
	for _, url := range urls {
		if !strings.HasSuffix(url, path) {
			others = append(others, url)
		}
	}
	return others
}

// look sets the width of the window, and the media features by name.
func (b *browser) look(width int, media string, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Emulation.setEmulatedMedia", object{"media": media, "features": []object{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// evaluate runs a JavaScript expression on the page, and waits for what it promises.
func (b *browser) evaluate(expression string, result any) {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", object{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("evaluate %.200s: %s", expression, answer.ExceptionDetails)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(answer.Result.Value, result); err != nil {
		b.t.Fatalf("evaluate %.200s: %v in %s", expression, err, answer.Result.Value)
	}
}

// picture is a PNG image of the page from top to bottom, at most as high as said.
func (b *browser) picture(width, highest int) []byte {
	b.t.Helper()
	var height float64
	b.evaluate("document.documentElement.getBoundingClientRect().height", &height)
	clip := object{"x": 0, "y": 0, "width": width, "height": min(int(height), highest), "scale": 1}
	var answer struct{ Data []byte } // base64, which JSON takes for bytes
	b.call("Page.captureScreenshot", object{"format": "png", "clip": clip, "captureBeyondViewport": true}, &answer)
	return answer.Data
}
