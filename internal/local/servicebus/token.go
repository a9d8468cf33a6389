package servicebus

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// keyring is the one shared access key of the namespace.
type keyring struct{ name, key string }

// errInvalidSignature does not say what is wrong: whoever has the key can find out.
var errInvalidSignature = amqp.Errorf("amqp:unauthorized-access", "InvalidSignature: The token has an invalid signature.")

// verify checks a shared access signature for the resource path and returns when it ends.
//
//	SharedAccessSignature sr=URI&sig=SIGNATURE&se=SECONDS&skn=KEYNAME
//
// The signature is over sr exactly as the token spells it, since clients escape it differently.
func (k keyring) verify(token, path string, now time.Time) (time.Time, *amqp.Error) {
	fields, ok := strings.CutPrefix(token, "SharedAccessSignature ")
	if !ok {
		return time.Time{}, errInvalidSignature
	}
	raw := map[string]string{}
	for field := range strings.SplitSeq(fields, "&") {
		name, value, _ := strings.Cut(field, "=")
		raw[name] = value
	}
	given, err := url.QueryUnescape(raw["sig"])
	if err != nil {
		return time.Time{}, errInvalidSignature
	}
	signature, err := base64.StdEncoding.DecodeString(given)
	if err != nil {
		return time.Time{}, errInvalidSignature
	}
	mac := hmac.New(sha256.New, []byte(k.key))
	mac.Write([]byte(raw["sr"] + "\n" + raw["se"]))
	if !hmac.Equal(signature, mac.Sum(nil)) {
		return time.Time{}, errInvalidSignature
	}
	if name, err := url.QueryUnescape(raw["skn"]); err != nil || name != k.name {
		return time.Time{}, errInvalidSignature
	}
	resource, err := url.QueryUnescape(raw["sr"])
	if err != nil || !covers(pathOf(resource), path) {
		return time.Time{}, errInvalidSignature
	}
	seconds, err := strconv.ParseInt(raw["se"], 10, 64)
	if err != nil {
		return time.Time{}, errInvalidSignature
	}
	expires := time.Unix(seconds, 0)
	if !expires.After(now) {
		return time.Time{}, amqp.Errorf("amqp:unauthorized-access", "ExpiredToken: The token is expired. Expiration time: '%s'.", expires.UTC().Format(time.RFC3339))
	}
	return expires, nil
}
