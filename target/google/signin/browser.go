package signin

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"os/exec"
	"runtime"
)

// openBrowser shows the address in the system's browser. No shell sees it.
func openBrowser(address string) error {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Host == "" {
		return errors.New("open a browser: the address is not a web page's")
	}
	name, arguments := browserCommand(runtime.GOOS)
	command := exec.Command(name, append(arguments, parsed.String())...)
	if err := command.Start(); err != nil {
		return fmt.Errorf("open a browser: %w", err)
	}
	go func() { _ = command.Wait() }()
	return nil
}

// browserCommand is what the operating system opens a web page with.
func browserCommand(system string) (name string, arguments []string) {
	switch system {
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler"}
	case "darwin":
		return "open", nil
	}
	return "xdg-open", nil
}

// page is what the browser shows in the end.
var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>staffsync: {{.Title}}</title>
<style>body{font:1.1em/1.5 system-ui,sans-serif;max-width:36em;margin:4em auto;padding:0 1em}</style></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p></body>
</html>
`))

// writePage answers a browser with a page that loads nothing, is kept nowhere
// and hands its own address, with the code in it, to no other page.
func writePage(w http.ResponseWriter, status int, title, text string) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// A browser that has gone misses nothing: the terminal says the same.
	_ = page.Execute(w, struct{ Title, Text string }{title, text})
}
