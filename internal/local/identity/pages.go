package identity

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	bolt "go.etcd.io/bbolt"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// page is what a template draws. Every page works without JavaScript.
type page struct {
	Title    string
	Root     string // path of the issuer, for links
	Client   string // who asks, in words
	ID       string // of the sign-in request
	UserCode string
	Problem  string // what went wrong and what to do now; read out at once by a screen reader
	Message  string
	Users    []User
}

func (i *Issuer) page(title string) page {
	return page{Title: title, Root: strings.TrimPrefix(i.cfg.Issuer, i.origin), Users: users}
}

// draw writes a page that runs no script, loads nothing from elsewhere and cannot be framed. formTargets are the
// further origins a form's answer may redirect to: browsers hold form-action against redirects as well.
func (i *Issuer) draw(w http.ResponseWriter, status int, name string, p page, formTargets ...string) {
	var body bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&body, name, p); err != nil {
		i.logger.Error("page not drawn", "page", name, "error", err)
		http.Error(w, "The page could not be drawn. See the log of lazuli up.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "+
		strings.Join(append([]string{"'self'"}, formTargets...), " "))
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // the reader is gone; there is nobody left to tell
}

// fail draws an error page, and logs what a person cannot help.
func (i *Issuer) fail(w http.ResponseWriter, err error, absent string) {
	p := i.page("That did not work")
	if errors.Is(err, errAbsent) {
		p.Problem = absent
		i.draw(w, http.StatusBadRequest, "message.html", p)
		return
	}
	i.logger.Error("identity state", "error", err)
	p.Problem = "The sign-in service could not read or write its state. See the log of lazuli up, then try again."
	i.draw(w, http.StatusInternalServerError, "message.html", p)
}

func (i *Issuer) showHome(w http.ResponseWriter, r *http.Request) {
	p := i.page("Lazuli sign-in")
	p.Message = "This is the sign-in service of the local platform. Start from the portal, or run: lazuli login"
	if r.URL.Query().Get("signed-out") != "" {
		p.Title, p.Message = "You are signed out", "You can close this page."
	}
	i.draw(w, http.StatusOK, "message.html", p)
}

func (i *Issuer) showStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "max-age=300")
	http.ServeFileFS(w, r, pageFiles, "pages/style.css")
}

const signInGone = "This sign-in has expired or was already used. Go back to where you came from and sign in again."

// showSignIn answers GET /login: the four people to choose from.
func (i *Issuer) showSignIn(w http.ResponseWriter, r *http.Request) {
	var request signInRequest
	id := r.URL.Query().Get("id")
	if err := i.state.read(bucketRequests, hashed(id), &request); err != nil {
		i.fail(w, err, signInGone)
		return
	}
	i.drawSignIn(w, http.StatusOK, id, request, "")
}

func (i *Issuer) drawSignIn(w http.ResponseWriter, status int, id string, request signInRequest, problem string) {
	p := i.page("Sign in to Lazuli")
	p.ID, p.Client, p.Problem = id, i.clients[request.Client].title, problem
	i.draw(w, status, "signin.html", p, originOf(request.RedirectURI))
}

// signIn answers POST /login: the browser is signed in and sent back to the client with a code.
func (i *Issuer) signIn(w http.ResponseWriter, r *http.Request) {
	var request signInRequest
	id, chosen := r.PostFormValue("id"), r.PostFormValue("user")
	if _, ok := userByID(chosen); !ok {
		if err := i.state.read(bucketRequests, hashed(id), &request); err != nil {
			i.fail(w, err, signInGone)
			return
		}
		i.drawSignIn(w, http.StatusBadRequest, id, request, unknownUser(chosen))
		return
	}
	err := i.state.update(func(tx *bolt.Tx) error { return i.state.take(tx, bucketRequests, hashed(id), &request) })
	if err != nil {
		i.fail(w, err, signInGone)
		return
	}
	s, cookie, err := i.remember(chosen)
	if err != nil {
		i.fail(w, err, signInGone)
		return
	}
	back, err := i.finish(request, s)
	if err != nil {
		i.fail(w, err, signInGone)
		return
	}
	http.SetCookie(w, cookie)
	i.logger.Info("signed in", "user", chosen, "client", request.Client, "flow", "code")
	http.Redirect(w, r, back, http.StatusSeeOther)
}

func unknownUser(chosen string) string {
	if chosen == "" {
		return "Choose who to sign in as."
	}
	return fmt.Sprintf("There is no local user %q. Choose one of %s.", chosen, strings.Join(userIDs(), ", "))
}

const codeGone = "This code is not known, has expired or was already used. Check it, or start again: lazuli login"

// showDevice answers GET /device: a field for the code, or, when the address carries it, the people to choose from.
func (i *Issuer) showDevice(w http.ResponseWriter, r *http.Request) {
	typed := r.URL.Query().Get("user_code")
	p := i.page("Connect a device")
	if typed == "" {
		i.draw(w, http.StatusOK, "code.html", p)
		return
	}
	d, err := i.deviceByUserCode(normalUserCode(typed))
	if err == nil && d.decided() {
		err = errAbsent
	}
	if errors.Is(err, errAbsent) {
		p.Problem = codeGone
		i.draw(w, http.StatusBadRequest, "code.html", p)
		return
	}
	if err != nil {
		i.fail(w, err, codeGone)
		return
	}
	p.UserCode, p.Client = d.UserCode, i.clients[d.Client].title
	i.draw(w, http.StatusOK, "device.html", p)
}

// verifyDevice answers POST /device with user_code and user, from the page or from a program (Accept: application/json).
// The value "deny" refuses the device.
func (i *Issuer) verifyDevice(w http.ResponseWriter, r *http.Request) {
	chosen, userCode := r.PostFormValue("user"), normalUserCode(r.PostFormValue("user_code"))
	user, ok := userByID(chosen)
	if !ok && chosen != "deny" {
		i.answerDevice(w, r, http.StatusBadRequest, "unknown_user", unknownUser(chosen))
		return
	}
	d, err := i.decideDevice(userCode, user.ID)
	switch {
	case errors.Is(err, errAbsent):
		i.answerDevice(w, r, http.StatusBadRequest, "unknown_code", codeGone)
	case err != nil:
		i.logger.Error("identity state", "error", err)
		i.answerDevice(w, r, http.StatusInternalServerError, "server_error", "The decision could not be saved. See the log of lazuli up, then try again.")
	case d.Denied:
		i.answerDevice(w, r, http.StatusOK, "", "The device was refused. You can close this page.")
	default:
		i.logger.Info("signed in", "user", d.User, "client", d.Client, "flow", "device")
		i.answerDevice(w, r, http.StatusOK, "", "Signed in as "+user.Username+". You can close this page and go back to the terminal.")
	}
}

// answerDevice speaks HTML to people and the OAuth error shape to programs.
func (i *Issuer) answerDevice(w http.ResponseWriter, r *http.Request, status int, code, sentence string) {
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		answer := map[string]string{"error": code, "error_description": sentence}
		if code == "" {
			answer = map[string]string{"message": sentence}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer) // the reader is gone; there is nobody left to tell
		return
	}
	p := i.page("Connect a device")
	if code == "" {
		p.Message = sentence
	} else {
		p.Problem = sentence
	}
	i.draw(w, status, "message.html", p)
}
