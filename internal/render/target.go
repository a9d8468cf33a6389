package render

// Target is a folder of modules that build on the same providers. The first segment of a definition's module chooses it.
type Target struct {
	Folder    string
	Providers map[string]Provider // by local name, as in the modules' versions.tf
	// Base is the module that makes what all resources of an environment share: variables context, tags, uses (names of the
	// modules that are called) and settings; output place, which the others take as context.place. It is empty where nothing is shared.
	Base string
	// Settings are of the installation and travel as the variable <folder>_settings, with the environment's region; nil for none.
	Settings map[string]string
	// Secret is the module that stores one value in the vault: variables context, name, value; output reference, its address.
	Secret string
	// ReadSecret is the module that reads one secret when the root is applied: variables context, reference; output value, sensitive.
	ReadSecret string
	// Leftovers is the module that lists what still exists: variable context; output items, a list of objects with kind and name.
	// It is empty where ResourceGraph says the same.
	Leftovers string
	// ResourceGraph says that what carries the environment's tags is found by asking Azure Resource Graph.
	ResourceGraph bool
}

// Provider is where the engine gets a provider, in which version, and how it is configured; nil is not at all.
type Provider struct {
	Source        string
	Version       string
	Configuration map[string]any
}

// Local makes real things on the machine that runs the engine, through the sandbox provider.
var Local = Target{ // #nosec G101 -- names of modules, not credentials
	Folder:     "local",
	Providers:  map[string]Provider{"sandbox": {Source: "lazuli-platform/sandbox", Version: "0.1.0"}},
	Secret:     "local/vault-secret",
	ReadSecret: "local/vault-read",
	Leftovers:  "local/leftovers",
}
