package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// SignatureHeader holds the signature of a delivery.
const SignatureHeader = "Lazuli-Signature"

// MinSecret is the shortest secret in bytes: one that cannot be guessed from a recorded delivery.
const MinSecret = 16

// maxSignatures is how many v1 Verify looks at: two while a secret is exchanged, and room to spare.
const maxSignatures = 8

// The reasons why Verify refuses.
var (
	ErrMalformed = errors.New("the signature header cannot be read")
	ErrForged    = errors.New("the signature is not that of this body and secret")
	ErrStale     = errors.New("the signature is too old, or of the future")
)

// Sign is the value of SignatureHeader for body; also are more secrets to sign with, while one is exchanged.
func Sign(body, secret []byte, at time.Time, also ...[]byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	out := "t=" + t
	for _, s := range append([][]byte{secret}, also...) {
		out += ",v1=" + hex.EncodeToString(mac(t, body, s))
	}
	return out
}

// Verify tells whether header is the signature of body, made at most tolerance before or after now. Receivers in Go can use
// it as it is; in other languages it is twenty lines.
func Verify(header string, body, secret []byte, now time.Time, tolerance time.Duration) error {
	if len(secret) < MinSecret {
		return fmt.Errorf("verify a delivery: the secret must have %d bytes or more", MinSecret)
	}
	t, signatures, err := parse(header)
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil || strconv.FormatInt(seconds, 10) != t {
		return ErrMalformed
	}
	want, equal := mac(t, body, secret), false
	for _, s := range signatures {
		equal = hmac.Equal(s, want) || equal
	}
	if !equal { // first, so that only who knows the secret learns what our clock says
		return ErrForged
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return ErrStale
	}
	return nil
}

func parse(header string) (t string, signatures [][]byte, err error) {
	for part := range strings.SplitSeq(header, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case !ok, name == "t" && t != "":
			return "", nil, ErrMalformed
		case name == "t":
			t = value
		case name == "v1":
			signature, err := hex.DecodeString(value)
			if err != nil || len(signatures) == maxSignatures {
				return "", nil, ErrMalformed
			}
			signatures = append(signatures, signature)
		} // other names are schemes of later times
	}
	if t == "" || len(signatures) == 0 {
		return "", nil, ErrMalformed
	}
	return t, signatures, nil
}

func mac(t string, body, secret []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(t + "."))
	h.Write(body)
	return h.Sum(nil)
}
