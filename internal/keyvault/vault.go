package keyvault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// putPatience bounds one write, its repetitions included.
const putPatience = 20 * time.Second

// Config says where the vault is, and as whom it is written. Exactly one of Credential and Token is set.
type Config struct {
	URL        string                 // https://lazuli.vault.azure.net, with or without {scope}
	Credential azcore.TokenCredential // Entra ID; the vault must be reached by https
	Token      string                 // for a vault on this machine alone
}

// Vault writes secrets. It is safe for concurrent use.
type Vault struct {
	url     string
	options azsecrets.ClientOptions
	as      azcore.TokenCredential
}

var _ platform.Vault = (*Vault)(nil)

// New checks the configuration. Nothing is sent before the first secret.
func New(cfg Config) (*Vault, error) {
	v := &Vault{url: strings.TrimSuffix(cfg.URL, "/"), as: cfg.Credential}
	switch {
	case (cfg.Credential == nil) == (cfg.Token == ""):
		return nil, errors.New("vault: give either a credential or, for a vault on this machine, a token")
	case cfg.Token == "" && !strings.HasPrefix(cfg.URL, "https://"):
		return nil, errors.New("vault: the identity of the app is sent to an https address alone")
	case cfg.Token != "":
		transport, err := newLoopback(v.url)
		if err != nil {
			return nil, err
		}
		v.as = fixedToken(cfg.Token)
		v.url = "https" + strings.TrimPrefix(v.url, "http")
		v.options.Transport = transport
		v.options.DisableChallengeResourceVerification = true // no name under localhost is one of vault.azure.net
	}
	return v, nil
}

// Put stores a secret as a new version, and returns its id: the address of this version.
func (v *Vault) Put(ctx context.Context, scope platform.ValueScope, key, secret string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, putPatience)
	defer cancel()
	options := v.options
	client, err := azsecrets.NewClient(strings.ReplaceAll(v.url, "{scope}", strings.ReplaceAll(scope.String(), "/", ".")), v.as, &options)
	if err != nil {
		return "", fmt.Errorf("put secret: %w", err)
	}
	tags := map[string]*string{"project": &scope.Project, "key": &key}
	if scope.Environment != "" {
		tags["environment"] = &scope.Environment
	}
	answer, err := client.SetSecret(ctx, nameOf(scope, key), azsecrets.SetSecretParameters{Value: &secret, Tags: tags}, nil)
	switch {
	case err != nil:
		return "", failure(err)
	case answer.ID == nil || answer.ID.Version() == "":
		return "", failure(errors.New("the answer names no version"))
	}
	return string(*answer.ID), nil
}

// nameOf is what a key of a scope is called in a vault: a readable part, and a digest that tells apart what reads alike. It
// never holds two dashes side by side, which the names of an environment's secret outputs do.
func nameOf(scope platform.ValueScope, key string) string {
	words := strings.FieldsFunc(strings.ToLower(key), func(c rune) bool { return c == '_' })
	sum := sha256.Sum256([]byte(scope.Project + "\x00" + scope.Environment + "\x00" + key))
	return strings.Join(append(append([]string{"value"}, words...), hex.EncodeToString(sum[:8])), "-")
}

// failure says what happened without the body of any answer, in which a service may repeat what it was sent.
func failure(err error) error {
	cause := err
	var refused *azcore.ResponseError
	if errors.As(err, &refused) {
		cause = fmt.Errorf("the vault answered %d %s", refused.StatusCode, refused.ErrorCode)
		if refused.StatusCode == http.StatusUnauthorized || refused.StatusCode == http.StatusForbidden {
			return platform.Errorf(platform.VaultUnavailable, "The vault does not let Lazuli write secrets.").
				Do("Ask the platform team to give the app the role Key Vault Secrets Officer.").Because(cause)
		}
	}
	return platform.Errorf(platform.VaultUnavailable, "The vault did not take the secret, and nothing was changed.").Do("Try again in a moment.").Because(cause)
}
