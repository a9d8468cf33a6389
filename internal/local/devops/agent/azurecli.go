package agent

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// azScript is what steps find as az: it prints tokens that the agent has put beside it, and refuses everything else.
//
//go:embed az.sh
var azScript string

const (
	tokenTimeout  = 30 * time.Second // for issuing one token
	refreshEvery  = time.Minute      // how often a running step's tokens are looked at
	refreshBefore = 5 * time.Minute  // a token that ends sooner is replaced
)

// azureCLI is AzureCLI@2 with scriptType bash. The service connection's login is played by a private directory that
// holds the stand-in for az and the tokens; it lives as long as the step.
func (s *step) azureCLI(ctx context.Context) error {
	name := s.input("azureSubscription")
	connection, ok := s.job.run.in.Connections[name]
	if !ok {
		return fmt.Errorf("the service connection '%s' could not be found", name)
	}
	args, inline, err := s.azureScript()
	if err != nil {
		return err
	}
	az, err := s.newLogin(ctx, name, connection)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(az.dir) }() // the workspace goes later in any case
	env := s.environment()
	env["PATH"] = az.bin() + string(os.PathListSeparator) + env["PATH"]
	env["AZURE_CONFIG_DIR"] = az.dir
	if s.flag("addSpnToEnvironment") {
		s.job.run.mask.add(connection.IDToken)
		env["servicePrincipalId"], env["tenantId"], env["idToken"] = connection.ServicePrincipalID, connection.TenantID, connection.IDToken
	}
	refreshing, stop := context.WithCancel(ctx)
	var refresher sync.WaitGroup
	refresher.Go(func() { az.keepFresh(refreshing) })
	defer refresher.Wait()
	defer stop()
	failOnStderr := s.flag("failOnStandardError")
	if args == nil {
		return s.inline(ctx, inline, failOnStderr, env)
	}
	return s.bash(ctx, args, failOnStderr, env)
}

// azureScript gives bash's arguments for a script of the sources, or the text of an inline one.
func (s *step) azureScript() (args []string, inline string, err error) {
	if strings.EqualFold(s.input("scriptLocation"), "inlineScript") {
		return nil, s.input("inlineScript"), nil
	}
	file, err := s.scriptFile(s.input("scriptPath"), "scriptPath")
	if err != nil {
		return nil, "", err
	}
	return append([]string{file}, splitArguments(s.input("arguments"))...), "", nil
}

// login is the directory of one step's az.
type login struct {
	step       *step
	dir        string
	connection string
	resources  []string
	expires    []time.Time // of each resource's token
}

func (s *step) newLogin(ctx context.Context, name string, connection Connection) (*login, error) {
	dir, err := os.MkdirTemp(s.job.dirs.temp(), "az-")
	if err != nil {
		return nil, fmt.Errorf("prepare az: %w", err)
	}
	l := &login{step: s, dir: dir, connection: name, resources: connection.Resources, expires: make([]time.Time, len(connection.Resources))}
	if err := os.Mkdir(l.bin(), 0o700); err != nil {
		return nil, fmt.Errorf("prepare az: %w", err)
	}
	if err := os.WriteFile(filepath.Join(l.bin(), "az"), []byte(azScript), 0o700); err != nil { //nolint:gosec // it is to be executed
		return nil, fmt.Errorf("prepare az: %w", err)
	}
	var index strings.Builder
	for i, resource := range l.resources {
		fmt.Fprintf(&index, "%d %s\n", i, resource)
		if err := l.refresh(ctx, i); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "resources"), []byte(index.String()), 0o600); err != nil {
		return nil, fmt.Errorf("prepare az: %w", err)
	}
	return l, nil
}

func (l *login) bin() string { return filepath.Join(l.dir, "bin") }

// refresh gets a token and puts it where az finds it; az never sees half a token.
func (l *login) refresh(ctx context.Context, i int) error {
	if l.step.job.run.in.Token == nil {
		return errors.New("this run can issue no tokens")
	}
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	token, err := l.step.job.run.in.Token(ctx, l.connection, l.resources[i])
	if err != nil {
		return fmt.Errorf("get token for %s: %w", l.resources[i], err)
	}
	l.step.job.run.mask.add(token.Value)
	file := filepath.Join(l.dir, "token-"+strconv.Itoa(i))
	if err := os.WriteFile(file+".new", []byte(token.Value+"\n"), 0o600); err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	l.expires[i] = token.Expires
	return nil
}

// keepFresh replaces tokens that are about to end, while a long script runs.
func (l *login) keepFresh(ctx context.Context) {
	ticker := time.NewTicker(refreshEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for i, expires := range l.expires {
			if expires.IsZero() || expires.Sub(l.step.job.run.cfg.Now()) > refreshBefore {
				continue
			}
			if err := l.refresh(ctx, i); err != nil && ctx.Err() == nil {
				l.step.job.run.cfg.Log.Warn("a step's token could not be replaced", "connection", l.connection, "resource", l.resources[i], "error", err)
			}
		}
	}
}

// splitArguments cuts a line into arguments as the task library does: double quotes keep blanks, \" is a quote.
func splitArguments(line string) []string {
	var args []string
	var b strings.Builder
	quoted, some := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line) && line[i+1] == '"':
			b.WriteByte('"')
			some = true
			i++
		case c == '"':
			quoted, some = !quoted, true
		case (c == ' ' || c == '\n' || c == '\t') && !quoted:
			if some {
				args = append(args, b.String())
				b.Reset()
				some = false
			}
		default:
			b.WriteByte(c)
			some = true
		}
	}
	if some {
		args = append(args, b.String())
	}
	return args
}
