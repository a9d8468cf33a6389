package keyvault

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ErrUnauthenticated is for [Config.Authorize] to say that the token is missing, expired or forged.
var ErrUnauthenticated = errors.New("the token is not valid")

// maxValue is Key Vault's limit for a value, in bytes.
const maxValue = 25_000

var (
	// Key Vault's names have no dots; ours may, to tell project.environment apart without doubt.
	validVault = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9.-]{0,126}[a-zA-Z0-9]$`)
	// Of api-version: 7.x, and the dates that came after it. What is spoken of secrets is the same in all of them.
	validVersion = regexp.MustCompile(`^(7\.\d(-preview\.\d+)?|202[5-9]-\d\d-\d\d)$`)
	validSecret  = regexp.MustCompile(`^[0-9a-zA-Z-]{1,127}$`)
)

func checkNames(vault, name string) error {
	if !validVault.MatchString(vault) {
		return fmt.Errorf("%q is not a valid name for a vault", vault)
	}
	if !validSecret.MatchString(name) {
		return fmt.Errorf("%q is not a valid name for a secret: use letters, digits and -", name)
	}
	return nil
}

// secretBundle is the protocol's form of a version; in lists it comes without the value.
type secretBundle struct {
	Value       *string           `json:"value,omitempty"`
	ID          string            `json:"id"`
	ContentType string            `json:"contentType,omitempty"`
	Attributes  attributes        `json:"attributes"`
	Tags        map[string]string `json:"tags,omitempty"`
}

type attributes struct {
	Enabled       bool   `json:"enabled"`
	Created       int64  `json:"created"`
	Updated       int64  `json:"updated"`
	RecoveryLevel string `json:"recoveryLevel"`
}

// refusal is the protocol's error.
type refusal struct {
	status  int
	code    string
	message string
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, code, format string, args ...any) error {
	return &refusal{status, code, fmt.Sprintf(format, args...)}
}

func (v *Vaults) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{vault}/secrets", v.answer(false, v.listSecrets))
	mux.HandleFunc("PUT /{vault}/secrets/{name}", v.answer(true, v.setSecret))
	mux.HandleFunc("GET /{vault}/secrets/{name}", v.answer(false, v.getSecret))
	mux.HandleFunc("GET /{vault}/secrets/{name}/{version}", v.answer(false, v.getSecret))
	mux.HandleFunc("GET /{vault}/secrets/{name}/versions", v.answer(false, v.listVersions))
	mux.HandleFunc("DELETE /{vault}/secrets/{name}", v.answer(true, v.deleteSecret))
	return mux
}

// ServeHTTP answers requests for /{vault}/secrets…; the prefix of [Config.BaseURL] has been stripped.
func (v *Vaults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/") { // the Azure SDKs ask for the newest version as "secrets/name/"
		r = r.Clone(r.Context())
		r.URL.Path = strings.TrimSuffix(r.URL.Path, "/")
		r.URL.RawPath = ""
	}
	v.handler.ServeHTTP(w, r)
}

// answer checks the protocol's version and the caller, then calls op and writes what it answers.
func (v *Vaults) answer(write bool, op func(r *http.Request, vault string) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		vault := r.PathValue("vault")
		value, err := v.allowed(r, vault, write)
		if err == nil {
			r.Body = http.MaxBytesReader(w, r.Body, 4*maxValue)
			value, err = op(r, vault)
		}
		status := http.StatusOK
		if err != nil {
			status, value = v.problem(w, r, err)
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(value) // the caller has gone away
	}
}

// allowed has the caller checked before anything else is looked at: to strangers, all vaults are the same.
func (v *Vaults) allowed(r *http.Request, vault string, write bool) (any, error) {
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		return nil, refuse(http.StatusUnauthorized, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")
	}
	if err := v.cfg.Authorize(r, vault, write); errors.Is(err, ErrUnauthenticated) {
		return nil, refuse(http.StatusUnauthorized, "Unauthorized", "AKV10032: %v", err)
	} else if err != nil {
		return nil, refuse(http.StatusForbidden, "Forbidden", "%v", err)
	}
	switch version := r.URL.Query().Get("api-version"); {
	case version == "":
		return nil, refuse(http.StatusBadRequest, "BadParameter", "api-version must be specified")
	case !validVersion.MatchString(version):
		return nil, refuse(http.StatusBadRequest, "BadParameter", "api-version %q is not known here; use 7.4 or 2025-07-01", version)
	case !validVault.MatchString(vault):
		return nil, refuse(http.StatusBadRequest, "BadParameter", "%q is not a valid name for a vault", vault)
	}
	return nil, nil
}

// problem writes headers that go with an error and answers its status and body.
func (v *Vaults) problem(w http.ResponseWriter, r *http.Request, err error) (int, any) {
	var known *refusal
	if !errors.As(err, &known) {
		v.cfg.Logger.Error("vault request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		known = &refusal{http.StatusInternalServerError, "InternalServerError", "The vault could not do that: " + err.Error()}
	}
	if known.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer authorization="+strconv.Quote(v.cfg.Authority)+", resource="+strconv.Quote(v.cfg.BaseURL))
	}
	return known.status, map[string]any{"error": map[string]string{"code": known.code, "message": known.message}}
}

func (v *Vaults) bundle(vault, name string, from version) secretBundle {
	return secretBundle{
		ID: v.reference(vault, name) + "/" + from.ID, ContentType: from.ContentType, Tags: from.Tags,
		Attributes: attributes{Enabled: from.Enabled, Created: from.Created, Updated: from.Created, RecoveryLevel: "Purgeable"},
	}
}

func (v *Vaults) audit(r *http.Request, action, vault, name, id string) {
	who := ""
	if v.cfg.Who != nil {
		who = v.cfg.Who(r)
	}
	v.cfg.Logger.Info(action, "vault", vault, "secret", name, "version", id, "by", who)
}

func (v *Vaults) setSecret(r *http.Request, vault string) (any, error) {
	name := r.PathValue("name")
	if !validSecret.MatchString(name) {
		return nil, refuse(http.StatusBadRequest, "BadParameter", "%q is not a valid name for a secret: use letters, digits and -", name)
	}
	var body struct {
		Value       *string           `json:"value"`
		ContentType string            `json:"contentType"`
		Tags        map[string]string `json:"tags"`
		Attributes  struct {
			Enabled *bool `json:"enabled"`
		} `json:"attributes"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Value == nil {
		return nil, refuse(http.StatusBadRequest, "BadParameter", "The request must be a JSON object with a value.")
	}
	if len(*body.Value) > maxValue {
		return nil, refuse(http.StatusBadRequest, "BadParameter", "A value has at most %d bytes.", maxValue)
	}
	enabled := body.Attributes.Enabled == nil || *body.Attributes.Enabled
	fresh, err := v.add(vault, name, version{Value: *body.Value, ContentType: body.ContentType, Tags: body.Tags, Enabled: enabled})
	if err != nil {
		return nil, err
	}
	v.audit(r, "secret stored", vault, name, fresh.ID)
	bundle := v.bundle(vault, name, fresh)
	bundle.Value = body.Value
	return bundle, nil
}

func (v *Vaults) getSecret(r *http.Request, vault string) (any, error) {
	name, id := r.PathValue("name"), r.PathValue("version")
	versions := v.versions(vault, name)
	found := len(versions) - 1
	if id != "" {
		found = slices.IndexFunc(versions, func(candidate version) bool { return candidate.ID == id })
	}
	if found < 0 {
		return nil, refuse(http.StatusNotFound, "SecretNotFound", "A secret with (name/id) %s was not found in this key vault.", strings.TrimSuffix(name+"/"+id, "/"))
	}
	if !versions[found].Enabled {
		return nil, refuse(http.StatusForbidden, "Forbidden", "Operation get is not allowed on a disabled secret.")
	}
	v.audit(r, "secret read", vault, name, versions[found].ID)
	bundle := v.bundle(vault, name, versions[found])
	bundle.Value = &versions[found].Value
	return bundle, nil
}

func (v *Vaults) listSecrets(_ *http.Request, vault string) (any, error) {
	items := []secretBundle{}
	for _, name := range v.names(vault) {
		if versions := v.versions(vault, name); len(versions) > 0 {
			item := v.bundle(vault, name, versions[len(versions)-1])
			item.ID = v.reference(vault, name)
			items = append(items, item)
		}
	}
	return map[string]any{"value": items, "nextLink": nil}, nil
}

func (v *Vaults) listVersions(r *http.Request, vault string) (any, error) {
	name := r.PathValue("name")
	items := []secretBundle{}
	for _, one := range v.versions(vault, name) {
		items = append(items, v.bundle(vault, name, one))
	}
	return map[string]any{"value": items, "nextLink": nil}, nil
}

func (v *Vaults) deleteSecret(r *http.Request, vault string) (any, error) {
	name := r.PathValue("name")
	versions := v.versions(vault, name)
	if len(versions) == 0 {
		return nil, refuse(http.StatusNotFound, "SecretNotFound", "A secret with (name/id) %s was not found in this key vault.", name)
	}
	if err := v.drop(vault, name); err != nil {
		return nil, err
	}
	newest := versions[len(versions)-1]
	v.audit(r, "secret removed", vault, name, newest.ID)
	return v.bundle(vault, name, newest), nil
}
