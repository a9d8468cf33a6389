package identity

import "fmt"

// Code says why a token was refused. It is stable, and an error itself: errors.Is(err, identity.Expired).
type Code string

// The reasons for a refusal.
const (
	Missing         Code = "tokenMissing"
	Malformed       Code = "tokenMalformed"
	BadSignature    Code = "tokenBadSignature" // includes any algorithm but RS256
	Expired         Code = "tokenExpired"
	NotYetValid     Code = "tokenNotYetValid"
	WrongIssuer     Code = "tokenWrongIssuer"
	WrongAudience   Code = "tokenWrongAudience"
	WrongTenant     Code = "tokenWrongTenant"
	NotAccessToken  Code = "tokenNotAccessToken"
	UnknownKey      Code = "tokenUnknownKey"
	KeysUnavailable Code = "identityKeysUnavailable" // our trouble, not the caller's: worth a retry
)

// Error returns the code itself.
func (c Code) Error() string { return string(c) }

// Error is a refusal of Verify.
type Error struct {
	Code    Code
	Message string // a sentence for the person: what is wrong and what to do; never part of the token
	Err     error  // for the log; may be nil
}

// Error returns the sentence, followed by the technical cause if there is one.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return fmt.Sprintf("%s (%v)", e.Message, e.Err)
}

// Unwrap makes errors.Is find both the code and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Code}
	}
	return []error{e.Code, e.Err}
}

// signInAgain is what a person can do about most refusals.
const signInAgain = " Sign in again (lazuli login)."

func refuse(code Code, cause error, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: cause}
}
