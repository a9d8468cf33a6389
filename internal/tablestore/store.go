package tablestore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// The tables. Their names are part of the stored data.
const (
	projectsTable = "lazuliprojects"
	indexTable    = "lazuliindex"
	bodiesTable   = "lazulibodies"
)

// callTimeout bounds one logical call, its retries included. A request to Lazuli makes a handful of them.
const callTimeout = 10 * time.Second

// Config says where the tables are and what the store needs from outside. Exactly one of Endpoint and ConnectionString.
type Config struct {
	// Endpoint is the HTTPS address of the account's tables, such as https://acct.table.core.windows.net.
	Endpoint string
	// Credential gets tokens for Endpoint; nil takes azidentity's default chain.
	Credential azcore.TokenCredential
	// ConnectionString holds a shared key. It is accepted for loopback addresses only: local stand-ins and emulators.
	ConnectionString string
	// NewID makes the ids of writes: ULIDs.
	NewID func() string
	// Transport replaces the HTTP client; nil for the SDK's own.
	Transport policy.Transporter
}

// Store is a platform.Store on Azure Table Storage. It is safe for concurrent use and holds nothing but its clients.
type Store struct {
	projects *aztables.Client
	index    *aztables.Client
	bodies   *aztables.Client
	newID    func() string
	local    bool // a stand-in on this machine, whose messages are for the person at the keyboard
}

var _ platform.Store = (*Store)(nil)

// New makes a store. It does not talk to the service; call Prepare before the first use.
func New(config Config) (*Store, error) {
	if config.NewID == nil {
		return nil, errors.New("configure table storage: NewID is missing")
	}
	options := &aztables.ClientOptions{ClientOptions: azcore.ClientOptions{
		Transport: config.Transport,
		// For request paths: the SDK's default of 800 ms, doubling, three times, outlasts the patience of a caller.
		Retry: policy.RetryOptions{MaxRetries: 2, RetryDelay: 100 * time.Millisecond, MaxRetryDelay: 2 * time.Second, TryTimeout: 4 * time.Second},
	}}
	service, err := connect(config, options)
	if err != nil {
		return nil, fmt.Errorf("configure table storage: %w", err)
	}
	return &Store{
		projects: service.NewClient(projectsTable), index: service.NewClient(indexTable), bodies: service.NewClient(bodiesTable),
		newID: config.NewID, local: config.ConnectionString != "",
	}, nil
}

// Prepare creates the tables that do not exist yet. Calling it again is harmless.
func (s *Store) Prepare(ctx context.Context) error {
	for name, client := range map[string]*aztables.Client{projectsTable: s.projects, indexTable: s.index, bodiesTable: s.bodies} {
		if err := s.createTable(ctx, client); err != nil {
			return fmt.Errorf("create table %s: %w", name, err)
		}
	}
	return nil
}

func (s *Store) createTable(ctx context.Context, client *aztables.Client) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := client.CreateTable(ctx, nil)
	if isStatus(err, http.StatusConflict, string(aztables.TableAlreadyExists)) {
		return nil
	}
	return s.failure(err)
}
