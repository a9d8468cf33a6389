package sandboxapi

// What applications keep things in, beside databases and storage.
const (
	Caches Kind = "redis"
	Queues Kind = "queues"
	Vaults Kind = "vaults"
)

// CacheSpec asks for a Redis server.
type CacheSpec struct {
	MaxMemoryMB int  `json:"maxMemoryMb"`
	Persistence bool `json:"persistence"` // whether what is in it should outlive the server; the answer says whether it does
}

// Cache is a Redis server of its own, or something that speaks its protocol where Redis is not installed.
type Cache struct {
	Origin
	CacheSpec
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Password string `json:"password"`
	URL      string `json:"url"` // has the password in it
}

// QueueSpec asks for a Service Bus queue. Sessions and DuplicateDetection cannot be changed later, as in Azure.
type QueueSpec struct {
	MaxDeliveryCount    int  `json:"maxDeliveryCount"`
	LockDurationSeconds int  `json:"lockDurationSeconds"`
	Sessions            bool `json:"sessions"`
	DuplicateDetection  bool `json:"duplicateDetection"`
}

// Queue is a Service Bus queue in a namespace of its own: its key opens nothing else.
type Queue struct {
	Origin
	QueueSpec
	Queue            string `json:"queue"`            // what programs call it
	Namespace        string `json:"namespace"`        // sb://127.0.0.1:port
	ConnectionString string `json:"connectionString"` // has the key in it
}

// VaultSpec has no fields: what a vault on a laptop can do is not the request's to choose.
type VaultSpec struct{}

// Vault is a Key Vault for an application's own secrets.
type Vault struct {
	Origin
	Vault string `json:"vault"` // its name in the address
	URI   string `json:"uri"`
}
