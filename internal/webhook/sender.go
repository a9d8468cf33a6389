package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const (
	defaultTimeout = 10 * time.Second
	maxBody        = 256 << 10 // bytes of a message: what CloudEvents receivers must take is a quarter of it
	maxAnswer      = 1 << 10   // bytes of an answer that are read
	maxHeader      = 16 << 10  // bytes of its headers
)

// Config says to whom a Sender delivers.
type Config struct {
	Hosts     []string         // whom to deliver to: hooks.example.com, or *.example.com for all beneath it; nobody if empty
	Timeout   time.Duration    // of one delivery, resolution and answer included; 10 seconds if zero
	Now       func() time.Time // for signatures; time.Now if nil
	AllowHTTP bool             // for tests alone: http addresses are taken too
	Loopback  bool             // for laptops alone: receivers on this machine are taken too, by address, without https
}

// Sender delivers messages. It is safe for concurrent use.
type Sender struct {
	cfg       Config
	hosts     []string
	permitted netip.AddrPort // by tests of this package alone: the one address that need not be public
	dialer    *net.Dialer
	client    *http.Client
}

// Message is what is delivered.
type Message struct {
	Address     string // as the person typed it
	ContentType string
	Body        []byte
	Secret      []byte   // that this receiver was given: MinSecret bytes or more
	Also        [][]byte // the one that he had before, while it is exchanged
}

// Refusal is an answer that is no success: the message has to come again, or never if Status says so.
type Refusal struct {
	Status int
	Answer string // the beginning of it, for the log; what it says is the receiver's and may be anything
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("the receiver answered %d: %q", r.Status, r.Answer)
}

var hostPattern = regexp.MustCompile(`^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)

// NewSender returns a sender. It refuses an allow-list with an entry that allows something else than it seems to.
func NewSender(cfg Config) (*Sender, error) {
	s := &Sender{cfg: cfg}
	for _, host := range cfg.Hosts {
		host = strings.ToLower(host)
		if !hostPattern.MatchString(host) || strings.HasPrefix(host, "*.") && strings.Count(host, ".") < 2 { // *.com is no list
			return nil, fmt.Errorf("allow deliveries to %q: write a host such as hooks.example.com, or *.example.com", host)
		}
		s.hosts = append(s.hosts, host)
	}
	if s.cfg.Timeout == 0 {
		s.cfg.Timeout = defaultTimeout
	}
	if s.cfg.Now == nil {
		s.cfg.Now = time.Now
	}
	s.dialer = &net.Dialer{Timeout: s.cfg.Timeout, Control: s.control}
	s.client = &http.Client{
		// Proxy is nil: a proxy would connect for us, to wherever the name leads then.
		Transport: &http.Transport{DialContext: s.dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, DisableKeepAlives: true,
			TLSHandshakeTimeout: s.cfg.Timeout, ResponseHeaderTimeout: s.cfg.Timeout, MaxResponseHeaderBytes: maxHeader, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// Deliver sends m and returns nil if the receiver answered with a status of 200 to 299. The error is ErrAddress if nothing was
// sent for where it would go, a *Refusal if the receiver answered otherwise (a redirect too), and else says what did not work.
func (s *Sender) Deliver(ctx context.Context, m Message) error {
	switch {
	case len(m.Body) > maxBody:
		return fmt.Errorf("deliver: the message is larger than %d bytes", maxBody)
	case len(m.Secret) < MinSecret:
		return fmt.Errorf("deliver: the secret must have %d bytes or more", MinSecret)
	}
	if err := s.Check(m.Address); err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.Address, bytes.NewReader(m.Body))
	if err != nil {
		return errors.New("deliver: the request cannot be made") // the cause would show the address, which may hold a key
	}
	r.Header.Set("Content-Type", m.ContentType)
	r.Header.Set("User-Agent", "Lazuli")
	r.Header.Set(SignatureHeader, Sign(m.Body, m.Secret, s.cfg.Now(), m.Also...))
	answer, err := s.client.Do(r)
	if err != nil {
		return fmt.Errorf("deliver to %s: %w", r.URL.Host, withoutAddress(err))
	}
	defer func() { _ = answer.Body.Close() }() // the connection is not used again
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return &Refusal{Status: answer.StatusCode, Answer: string(text)}
	}
	if err != nil {
		return fmt.Errorf("deliver to %s: read the answer: %w", r.URL.Host, err)
	}
	return nil
}

// withoutAddress takes the address out of an error of net/http: paths and queries of hooks hold keys, and errors go to the log.
func withoutAddress(err error) error {
	var ours *url.Error
	if errors.As(err, &ours) {
		return ours.Err
	}
	return err
}
