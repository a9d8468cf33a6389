package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/gorilla/mux"
	"github.com/oklog/ulid/v2"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/config"
	"github.com/lazuli-platform/lazuli/internal/devops"
	"github.com/lazuli-platform/lazuli/internal/explain"
	"github.com/lazuli-platform/lazuli/internal/httpapi"
	"github.com/lazuli-platform/lazuli/internal/keyvault"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
	"github.com/lazuli-platform/lazuli/internal/price"
	"github.com/lazuli-platform/lazuli/internal/render"
	"github.com/lazuli-platform/lazuli/internal/requests"
	"github.com/lazuli-platform/lazuli/internal/servicebus"
	"github.com/lazuli-platform/lazuli/internal/tablestore"
	"github.com/lazuli-platform/lazuli/internal/triggers"
)

const (
	// relayWorkers send outboxes at the same time.
	relayWorkers = 4
	// preparePatience bounds the making of tables at start.
	preparePatience = 20 * time.Second
	// grace is how long requests that are under way may take after SIGTERM.
	grace = 25 * time.Second
	// longest is when the load balancer in front of the Functions host gives up, whatever we do. Nothing here takes as long: a
	// long poll ends after 30 seconds, and the host ends an invocation after 2 minutes (host.json).
	longest = 230 * time.Second
	// maxHeader is two tokens of the largest size that identity reads. net/http answers 431 to more.
	maxHeader = 32 << 10
)

// pauses are between the tries of a message that nobody else knows of. All of them fit into an invocation.
var pauses = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second}

// app is the handler put together. This file is the only place that names every adapter.
type app struct {
	cfg       config.Config
	log       *slog.Logger
	router    *mux.Router
	relay     *platform.Relay
	messenger *servicebus.Messenger
}

// newApp builds everything in order. Nothing of it waits for a service to be there, but for the tables.
func newApp(ctx context.Context, cfg config.Config, log *slog.Logger) (*app, error) {
	newID := ids()
	credential, err := credentialFor(cfg)
	if err != nil {
		return nil, err
	}
	store, err := tablestore.New(tablestore.Config{Endpoint: cfg.TablesEndpoint, Credential: credential, ConnectionString: cfg.TablesConnection, NewID: newID})
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, store); err != nil {
		return nil, err
	}
	messenger, err := servicebus.New(servicebus.Options{Namespace: cfg.ServiceBusNamespace, Credential: credential, ConnectionString: cfg.ServiceBusConnection, Source: cfg.PublicURL})
	if err != nil {
		return nil, err
	}
	pipelines, err := devops.New(devops.Config{OrganizationURL: cfg.DevOpsURL, Project: cfg.DevOpsProject, Pipeline: cfg.DevOpsPipeline,
		Credential: credentialUnless(cfg.DevOpsToken != "", credential), Token: cfg.DevOpsToken, Now: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	vault, err := vaultFor(cfg, credential)
	if err != nil {
		return nil, err
	}
	hooks, err := hooksFor(cfg)
	if err != nil {
		return nil, err
	}
	modules := os.DirFS(cfg.Modules)
	target := targetFor(cfg)
	options := catalog.Options{Targets: []string{target.Folder}, CompilePolicy: policy.Compile}
	packaged, err := catalog.Load(os.DirFS(cfg.Catalog), modules, options)
	if err != nil {
		return nil, err
	}
	renderer, err := render.New(modules, backendFor(cfg), target)
	if err != nil {
		return nil, err
	}
	prices, err := priceSheet(cfg.Prices)
	if err != nil {
		return nil, err
	}
	failures, err := explain.Shipped()
	if err != nil {
		return nil, err
	}
	relay := platform.NewRelay(store, messenger, log)
	service := &platform.Service{Store: store, Messenger: messenger, Pipelines: pipelines, Renderer: renderer, Vault: vault, Hooks: hooks, Relay: relay, Explainer: failures,
		Shelf: platform.NewShelf(store, catalog.Compiler{Options: options}), Roster: platform.NewRoster(store), Prices: prices, Region: cfg.Region,
		AuditDays: cfg.AuditDays, Reads: platform.NewReadLog(), Looks: platform.NewLookLog(), Swept: &platform.SweepMark{},
		Now: time.Now, NewID: newID, SigningKey: cfg.Key(), Version: version, Log: log}
	if err := seed(ctx, service, packaged); err != nil {
		return nil, err
	}
	authenticate, authenticateApp, err := authenticators(cfg, log)
	if err != nil {
		return nil, err
	}
	apiConfig := httpapi.Config{Service: service, Authenticate: authenticate, PublicURL: cfg.PublicURL, SigningKey: cfg.Key(),
		RequestsPerMinute: cfg.RequestsPerMinute, Now: time.Now, Log: log}
	api := httpapi.New(apiConfig)
	apiConfig.Authenticate = authenticateApp
	byMessage := requests.New(requests.Config{API: httpapi.New(apiConfig), Prefix: httpapi.Prefix, Answer: service.AnswerRequest, Log: log})
	return &app{cfg: cfg, log: log, router: routes(api, service, byMessage, log), relay: relay, messenger: messenger}, nil
}

// routes is the URL space of the handler: the functions without HTTP beside the API's prefix.
func routes(api http.Handler, service *platform.Service, byMessage *requests.Requests, log *slog.Logger) *mux.Router {
	router := mux.NewRouter().UseEncodedPath().SkipClean(true)
	triggers.Mount(router, triggers.Config{Work: service, Requests: byMessage, Pauses: pauses, Log: log})
	router.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }) // the host asks whether we are ready
	router.PathPrefix(httpapi.Prefix + "/").Handler(api)
	router.NotFoundHandler, router.MethodNotAllowedHandler = api, api // one answer to all that is not there
	return router
}

// newServer limits what one connection can cost.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, MaxHeaderBytes: maxHeader, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: longest, WriteTimeout: longest,
		IdleTimeout: 5 * time.Minute} // longer than the host keeps connections
}

// serve answers until ctx ends, then finishes what is under way.
func (a *app) serve(ctx context.Context) error {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(a.cfg.Port)))
	if err != nil {
		return fmt.Errorf("listen for the host: %w", err)
	}
	server := newServer(a.router)
	relayCtx, stopRelay := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { a.relay.Run(relayCtx, relayWorkers) })
	stopped := make(chan error, 1)
	running.Go(func() {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		stopped <- server.Shutdown(end)
		stopRelay()
	})
	a.log.Info("handler serves", "port", a.cfg.Port, "version", version)
	err = server.Serve(listener)
	if !errors.Is(err, http.ErrServerClosed) {
		stopRelay()
		return fmt.Errorf("serve: %w", err)
	}
	err = <-stopped
	running.Wait()
	return errors.Join(err, a.messenger.Close(context.WithoutCancel(ctx)))
}

func prepare(ctx context.Context, store *tablestore.Store) error {
	ctx, cancel := context.WithTimeout(ctx, preparePatience)
	defer cancel()
	return store.Prepare(ctx)
}

// priceSheet reads the price sheet of the package. Without one, every price is unknown.
func priceSheet(path string) (platform.PriceSheet, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path) // #nosec G304 -- a setting of the installation
	if err != nil {
		return nil, fmt.Errorf("open the price sheet: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	return price.Read(file)
}

// seed publishes what the app was packaged with, the first time that this package starts.
func seed(ctx context.Context, service *platform.Service, packaged *catalog.Catalog) error {
	ctx, cancel := context.WithTimeout(ctx, preparePatience)
	defer cancel()
	return service.SeedCatalog(ctx, packaged.Items())
}

// credentialFor is the identity of the app, where a setting names a service in Azure. On a laptop there is none to ask for.
func credentialFor(cfg config.Config) (azcore.TokenCredential, error) {
	if cfg.TablesConnection != "" && cfg.ServiceBusConnection != "" && cfg.DevOpsToken != "" && (cfg.VaultURL == "" || cfg.VaultToken != "") {
		return nil, nil
	}
	credential, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return nil, fmt.Errorf("find the app's identity: %w", err)
	}
	return credential, nil
}

func credentialUnless(other bool, credential azcore.TokenCredential) azcore.TokenCredential {
	if other {
		return nil
	}
	return credential
}

// vaultFor is nil where no vault is set: values are kept then, and secrets refused.
func vaultFor(cfg config.Config, credential azcore.TokenCredential) (platform.Vault, error) {
	if cfg.VaultURL == "" {
		return nil, nil
	}
	return keyvault.New(keyvault.Config{URL: cfg.VaultURL, Credential: credentialUnless(cfg.VaultToken != "", credential), Token: cfg.VaultToken})
}

func targetFor(cfg config.Config) render.Target {
	if cfg.Target == "local" {
		return render.Local
	}
	return render.Azure(render.AzureSettings{Subscription: cfg.AzureSubscription, Vault: cfg.AzureVault, Workspace: cfg.AzureWorkspace,
		Cluster: cfg.AzureCluster, AddressSpace: cfg.AzureAddressSpace})
}

func backendFor(cfg config.Config) render.Backend {
	if cfg.StateBackend == "local" {
		return render.LocalBackend{Directory: cfg.StateFolder}
	}
	return render.AzureBackend{StorageAccount: cfg.StateAccount, Container: cfg.StateContainer}
}

// ids makes ULIDs that rise also within a millisecond.
func ids() func() string {
	var mu sync.Mutex
	entropy := ulid.Monotonic(rand.Reader, 0)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return ulid.MustNew(ulid.Now(), entropy).String()
	}
}
