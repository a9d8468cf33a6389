package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	defaultPage = 50
	maxPage     = 200
)

// page reads the paging parameters. A token is only good for the list and the caller that it was made for: it holds a
// position of the storage, and whoever could choose that could choose where to read.
func (a *API) page(r *http.Request) (platform.Page, error) {
	page := platform.Page{Size: defaultPage}
	query := r.URL.Query()
	if text := query.Get("maxpagesize"); text != "" {
		size, err := strconv.Atoi(text)
		if err != nil || size < 1 || size > maxPage {
			return page, platform.Errorf(platform.Invalid, "maxpagesize must be 1 to %d.", maxPage)
		}
		page.Size = size
	}
	token := query.Get("pageToken")
	if token == "" {
		return page, nil
	}
	position, mac, ok := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(position)
	if !ok || err != nil || !hmac.Equal([]byte(mac), []byte(a.sign(r, string(raw)))) {
		return page, platform.Errorf(platform.Invalid, "The page token is not valid.").Do("Follow nextLink as it is, or begin again without pageToken.")
	}
	page.After = string(raw)
	return page, nil
}

// nextLink is the address of the next page; nil on the last.
func (a *API) nextLink(r *http.Request, next string) *string {
	if next == "" {
		return nil
	}
	query := r.URL.Query()
	query.Set("pageToken", base64.RawURLEncoding.EncodeToString([]byte(next))+"."+a.sign(r, next))
	link := a.PublicURL + r.URL.EscapedPath() + "?" + query.Encode()
	return &link
}

func (a *API) sign(r *http.Request, position string) string {
	filters := url.Values{}
	for name, v := range r.URL.Query() {
		if name != "pageToken" && name != "maxpagesize" {
			filters[name] = v
		}
	}
	mac := hmac.New(sha256.New, a.SigningKey)
	mac.Write([]byte(strings.Join([]string{"page", r.URL.EscapedPath(), filters.Encode(), callerFrom(r).ID, position}, "\x00")))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}
