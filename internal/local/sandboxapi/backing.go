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
