package emulator

import (
	"fmt"
	"net/http"
)

// apiError is an answer of the Directory API that is not a success: the
// status and the parts of the JSON error body.
type apiError struct {
	status  int
	reason  string
	message string
}

func refuse(status int, reason, format string, args ...any) *apiError {
	return &apiError{status: status, reason: reason, message: fmt.Sprintf(format, args...)}
}

// invalid is the permanent 400. Google names the parameter or field after
// "Invalid Input: "; what follows it here says which value was refused.
func invalid(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, "invalid", format, args...)
}

func notFound(what string) *apiError {
	return refuse(http.StatusNotFound, "notFound", "Resource Not Found: %s", what)
}

func duplicate() *apiError {
	return refuse(http.StatusConflict, "duplicate", "Entity already exists.")
}

// badRequest is Google's 400 for a list without a customer or domain, and for
// a customer that is not a customer id.
func badRequest() *apiError {
	return refuse(http.StatusBadRequest, "badRequest", "Bad Request")
}

func forbidden() *apiError {
	return refuse(http.StatusForbidden, "forbidden", "Not Authorized to access this resource/api")
}

// body is the error document that Google sends.
func (e *apiError) body() object {
	return object{"error": object{
		"code":    e.status,
		"message": e.message,
		"errors": []any{object{
			"domain":  "global",
			"reason":  e.reason,
			"message": e.message,
		}},
	}}
}
