package emulator_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

func TestNothingThatDeletesOrIsNotNeededIsServed(t *testing.T) {
	d := open(t, emulator.Options{})
	for call, want := range map[string]int{
		"DELETE users/" + jane:                         405,
		"DELETE groups/ccs@example.org":                405,
		"PUT groups/ccs@example.org":                   405,
		"PATCH groups/ccs@example.org/members/" + jane: 405,
		"DELETE customer/my_customer/orgunits/Staff":   405,
		"PUT customer/my_customer/orgunits/Staff":      405,
		"DELETE customer/my_customer/schemas/Sync":     405,
		"POST users/" + jane + "/makeAdmin":            404,
		"POST users/" + jane + "/undelete":             404,
		"POST users:createGuest":                       404,
		"GET users/" + jane + "/photos/thumbnail":      404,
		"GET groups/ccs@example.org/aliases":           404,
		"GET domains":                                  404,
		"GET users/":                                   404,
		"GET ":                                         404,
	} {
		method, path, _ := strings.Cut(call, " ")
		status, doc := d.raw(t, method, path, "")
		if e, ok := doc["error"].(map[string]any); status != want || !ok || e["code"] != float64(want) {
			t.Errorf("%s: got %d %v, want %d and a JSON error", call, status, doc, want)
		}
	}
	if got := addresses(t, d.api.Users.List().Customer("my_customer")); len(got) != len(everybody) {
		t.Errorf("got %v", got)
	}
}

func TestErrorBodyIsGoogles(t *testing.T) {
	d := open(t, emulator.Options{})
	got := body(t, d.url+"/admin/directory/v1/users/nobody@example.org")
	want := `{
  "error": {
    "code": 404,
    "errors": [
      {
        "domain": "global",
        "message": "Resource Not Found: userKey",
        "reason": "notFound"
      }
    ],
    "message": "Resource Not Found: userKey"
  }
}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDeleteAnswersWithoutABody(t *testing.T) {
	d := open(t, emulator.Options{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, d.url+"/admin/directory/v1/users/"+jane+"/aliases/jdoe@example.org", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != 204 || len(text) != 0 {
		t.Errorf("got %d %q", answer.StatusCode, text)
	}
}

func TestRequestsAreCountedByHTTPMethodAndByCall(t *testing.T) {
	d := open(t, emulator.Options{})
	addresses(t, d.api.Users.List().Customer("my_customer").MaxResults(2))
	d.user(t, jane)
	if _, err := rename(d, jane, adam); err == nil {
		t.Fatal("a taken address was given")
	}
	if _, err := d.api.Users.Insert(newUser("fresh@example.org")).Do(); err != nil {
		t.Fatal(err)
	}
	d.raw(t, http.MethodDelete, "users/"+jane, "")
	got := d.Requests()
	want := emulator.Counts{
		ByHTTPMethod: map[string]int{"GET": 4, "PUT": 1, "POST": 1, "DELETE": 1},
		ByMethod:     map[string]int{"users.list": 3, "users.get": 1, "users.update": 1, "users.insert": 1, "": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Total() != 7 || got.Writes() != 3 {
		t.Errorf("total %d, writes %d; want 7 and 3", got.Total(), got.Writes())
	}
}

func TestRequestsAreLoggedWithoutBodiesOrKeys(t *testing.T) {
	var out bytes.Buffer
	d := open(t, emulator.Options{Logger: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if _, err := d.api.Users.Insert(newUser("fresh@example.org")).Do(); err != nil {
		t.Fatal(err)
	}
	d.raw(t, http.MethodGet, "users/"+jane+"?key=apikeysecret&access_token=tokensecret", "")
	d.Close()
	log := out.String()
	for _, want := range []string{
		"level=INFO msg=\"directory request\" method=POST path=/admin/directory/v1/users call=users.insert status=200 took=",
		"level=DEBUG msg=\"directory request\" method=GET path=/admin/directory/v1/users/Jane.Doe@example.org call=users.get status=200 took=",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in\n%s", want, log)
		}
	}
	for _, secret := range []string{"correct-horse", "apikeysecret", "tokensecret"} {
		if strings.Contains(log, secret) {
			t.Errorf("%q was logged:\n%s", secret, log)
		}
	}
}

func TestStandardParametersAreAccepted(t *testing.T) {
	d := open(t, emulator.Options{})
	if status, doc := d.raw(t, http.MethodGet, "users/"+jane+"?alt=json&prettyPrint=false&quotaUser=me&key=k&$.xgafv=1", ""); status != 200 {
		t.Errorf("got %d %v", status, doc)
	}
}

func TestListenServesOnLoopbackOnly(t *testing.T) {
	e, err := emulator.Open(t.Context(), emulator.Options{Data: seed(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for addr, message := range map[string]string{
		"0.0.0.0:8085":   `listen on "0.0.0.0:8085": the emulator has no sign-in and listens on this machine only; use 127.0.0.1:8085`,
		":8085":          `listen on ":8085": the emulator has no sign-in and listens on this machine only; use 127.0.0.1:8085`,
		"192.168.1.4:80": `listen on "192.168.1.4:80": the emulator has no sign-in and listens on this machine only; use 127.0.0.1:80`,
		"d118.org:80":    `listen on "d118.org:80": the emulator has no sign-in and listens on this machine only; use 127.0.0.1:80`,
		"8085":           `listen on "8085": it isn't host:port, such as 127.0.0.1:8085`,
	} {
		if _, err := e.Listen(addr); err == nil || err.Error() != message {
			t.Errorf("%s: got %v", addr, err)
		}
	}
	s, err := e.Listen("localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, s.URL()+"/admin/directory/v1/users/"+jane+"?fields=customerId&prettyPrint=false"); got != `{"customerId":"C0test"}` {
		t.Errorf("got %s", got)
	}
	if _, err := e.Listen(strings.TrimPrefix(s.URL(), "http://")); err == nil {
		t.Error("two servers on one port")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := http.Get(s.URL()); err == nil {
		t.Error("the server still answers")
	}
}

func TestClosedEmulatorAnswers503(t *testing.T) {
	d := open(t, emulator.Options{})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := d.api.Users.Get(jane).Do()
	wantRefusal(t, err, 503, "backendError", "the emulator is closed")
	_, err = d.api.Users.Insert(newUser("a@example.org")).Do()
	wantRefusal(t, err, 503, "backendError", "the emulator is closed")
}

func TestManyClientsAtOnce(t *testing.T) {
	d := open(t, emulator.Options{})
	done := make(chan error)
	const clients = 8
	for i := range clients {
		go func() {
			address := fmt.Sprintf("client%d@example.org", i)
			_, err := d.api.Users.Insert(newUser(address)).Do()
			for n := 0; err == nil && n < 10; n++ {
				if _, err = d.api.Users.Update(address, &admin.User{RecoveryEmail: fmt.Sprintf("r%d@x.org", n)}).Do(); err == nil {
					_, err = d.api.Users.List().Customer("my_customer").Query("Sync.DCID=131").Do()
				}
				if err == nil {
					_, err = d.api.Users.List().Customer("my_customer").OrderBy("email").Projection("full").Do()
				}
			}
			if err == nil {
				_, err = d.api.Members.Insert("ccs@example.org", &admin.Member{Email: address}).Do()
			}
			done <- err
		}()
	}
	for range clients {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := len(addresses(t, d.api.Users.List().Customer("my_customer").MaxResults(3))); got != len(everybody)+clients {
		t.Errorf("%d users", got)
	}
	if got := len(memberAddresses(t, d.api.Members.List("ccs@example.org").MaxResults(3))); got != 1+clients {
		t.Errorf("%d members", got)
	}
}

func TestRequestsAreCountedByMethod(t *testing.T) {
	for call, want := range map[string]string{
		"GET users":                               "users.list",
		"PATCH users/a%40x.org":                   "users.patch",
		"DELETE users/a/aliases/b":                "users.aliases.delete",
		"GET groups/g/members/m":                  "members.get",
		"GET customer/my_customer/orgunits/A/B/C": "orgunits.get",
		"GET customer/my_customer/orgunits":       "orgunits.list",
		"PUT customer/my_customer/schemas/S":      "schemas.update",
		"PATCH customer/my_customer/schemas/S":    "schemas.patch",
		"DELETE users/a":                          "",
		"GET users//aliases":                      "",
		"GET users/a%2Fb":                         "users.get",
	} {
		d := open(t, emulator.Options{})
		method, path, _ := strings.Cut(call, " ")
		d.raw(t, method, path, "")
		if diff := cmp.Diff(map[string]int{want: 1}, d.Requests().ByMethod); diff != "" {
			t.Errorf("%s (-want +got):\n%s", call, diff)
		}
	}
}
