package webhook_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/webhook"
)

func TestVerify(t *testing.T) {
	body := []byte(`{"id":"1"}`)
	good := webhook.Sign(body, secret, noon)
	stamp, mac, _ := strings.Cut(good, ",")
	other := webhook.Sign(body, []byte("another secret, just as long"), noon)
	_, otherMAC, _ := strings.Cut(other, ",")
	for name, test := range map[string]struct {
		header string
		body   string
		at     time.Time
		want   error
	}{
		"good":                            {good, string(body), noon, nil},
		"within the tolerance":            {good, string(body), noon.Add(5 * time.Minute), nil},
		"a clock behind":                  {good, string(body), noon.Add(-5 * time.Minute), nil},
		"two secrets, while exchanged":    {other + "," + mac, string(body), noon, nil},
		"a scheme of later":               {good + ",v2=x", string(body), noon, nil},
		"played again later":              {good, string(body), noon.Add(5*time.Minute + time.Second), webhook.ErrStale},
		"of the future":                   {good, string(body), noon.Add(-6 * time.Minute), webhook.ErrStale},
		"another body":                    {good, `{"id":"2"}`, noon, webhook.ErrForged},
		"another secret":                  {other, string(body), noon, webhook.ErrForged},
		"a newer time":                    {"t=1893585900," + mac, string(body), noon, webhook.ErrForged},
		"a longer time, shorter body":     {stamp + ".{," + mac, string(body)[1:], noon, webhook.ErrMalformed},
		"cut":                             {good[:len(good)-2], string(body), noon, webhook.ErrForged},
		"nothing":                         {"", string(body), noon, webhook.ErrMalformed},
		"no time":                         {mac, string(body), noon, webhook.ErrMalformed},
		"no signature":                    {stamp, string(body), noon, webhook.ErrMalformed},
		"an empty signature":              {stamp + ",v1=", string(body), noon, webhook.ErrForged},
		"not hexadecimal":                 {stamp + ",v1=xy", string(body), noon, webhook.ErrMalformed},
		"two times":                       {stamp + "," + good, string(body), noon, webhook.ErrMalformed},
		"more signatures than make sense": {good + strings.Repeat(","+otherMAC, 8), string(body), noon, webhook.ErrMalformed},
		"a time that is none":             {"t=noon," + mac, string(body), noon, webhook.ErrMalformed},
		"a time with a sign":              {"t=+1893585600," + mac, string(body), noon, webhook.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			if err := webhook.Verify(test.header, []byte(test.body), secret, test.at, 5*time.Minute); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
	if webhook.Verify(webhook.Sign(body, nil, noon), body, nil, noon, time.Minute) == nil {
		t.Error("a signature with an empty secret is taken")
	}
}

// The signature is what doc.go says, to the letter: receivers in other languages go by it.
func TestSign_format(t *testing.T) {
	const want = "t=1893585600,v1=e9d6d92a64849e3e3fb2b7db5330dff9ac03103cfa2b8f7bf777aff7827d2691"
	if got := webhook.Sign([]byte("hello"), secret, noon); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzVerify(f *testing.F) {
	body := []byte("hello")
	good := webhook.Sign(body, secret, noon)
	for _, seed := range []string{good, "", "t=1,v1=", "t=,v1=00", good + ",v1=00", strings.ToUpper(good)} {
		f.Add(seed)
	}
	_, mac, _ := strings.Cut(good, "v1=")
	f.Fuzz(func(t *testing.T, header string) {
		if webhook.Verify(header, body, secret, noon, time.Minute) == nil && !strings.Contains(strings.ToLower(header), mac) {
			t.Errorf("%q is taken", header)
		}
	})
}
