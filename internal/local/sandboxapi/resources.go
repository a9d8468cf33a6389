package sandboxapi

import (
	"fmt"
	"regexp"
)

// Kind is the first segment of a resource's path.
type Kind string

// The kinds of thing that a sandbox makes.
const (
	Databases Kind = "databases"
	Sites     Kind = "sites"
	Machines  Kind = "machines"
	Storages  Kind = "storage"
	Secrets   Kind = "secrets"
)

// Honesty says whether a resource is the thing itself or something that only behaves like it.
type Honesty string

const (
	// Real means: the same software as in the cloud, such as a PostgreSQL server.
	Real Honesty = "real"
	// StandIn means: behaves alike for the purpose of trying things out, such as a process in place of a virtual machine.
	StandIn Honesty = "stand-in"
)

// Power is what a site or machine is asked to be; Off keeps everything that it has stored.
type Power string

// The two states that a request may ask for. Empty means On.
const (
	On  Power = "on"
	Off Power = "off"
)

// ID names one resource.
type ID struct {
	Project     string `json:"project"`
	Environment string `json:"environment"`
	Name        string `json:"name"`
}

var validName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// Validate refuses names that are not Lazuli names. Names become folder names and host names, so this is also what
// keeps "..", "/" and upper case out of both.
func (id ID) Validate() error {
	for _, part := range []string{id.Project, id.Environment, id.Name} {
		if !validName.MatchString(part) {
			return fmt.Errorf("%q is not a name: use 2 to 63 of a-z, 0-9 and -, beginning with a letter and not ending with -", part)
		}
	}
	return nil
}

func (id ID) String() string { return id.Project + "/" + id.Environment + "/" + id.Name }

// Origin is the part of every answer that says what the caller really got.
type Origin struct {
	ID
	Implementation string  `json:"implementation"` // for people: "PostgreSQL 15.18 (private cluster)"
	Honesty        Honesty `json:"honesty"`
}

// Database is a PostgreSQL role with a database that it owns, or a SQLite file where there is no PostgreSQL.
type Database struct {
	Origin
	Host     string `json:"host"` // empty for SQLite
	Port     int    `json:"port"` // 0 for SQLite
	Database string `json:"database"`
	Username string `json:"username"`
	Password string `json:"password"`
	URL      string `json:"url"` // has the password in it
	Power    Power  `json:"power"`
}

// DatabaseSpec asks for a database: what server a laptop has is not the request's to choose. One that is off lets nobody in and keeps
// what it holds; a SQLite file has nothing to switch.
type DatabaseSpec struct {
	Power Power `json:"power,omitempty"`
}

// The two ways to serve a site.
const (
	RuntimeStatic  = "static"
	RuntimeProcess = "process"
)

// SiteSpec asks for a web app. At most one of Folder, Archive and Files may be given; with none of them (and the static
// runtime) the site shows a small page with its title and whether it can reach its database.
type SiteSpec struct {
	Runtime  string            `json:"runtime,omitempty"`  // RuntimeStatic unless said
	Folder   string            `json:"folder,omitempty"`   // absolute; served, or run in, as it is
	Archive  string            `json:"archive,omitempty"`  // absolute path of a .zip, .tar, .tar.gz or .tgz; unpacked at each PUT
	Files    map[string]string `json:"files,omitempty"`    // path → content; written at each PUT
	Command  []string          `json:"command,omitempty"`  // process runtime only; must listen on $PORT
	Settings map[string]string `json:"settings,omitempty"` // environment of the process; values are treated as secrets
	Power    Power             `json:"power,omitempty"`
	Revision string            `json:"revision,omitempty"` // free text; a new one deploys the same source again
}

// Site is a web app as it is now.
type Site struct {
	Origin
	SiteSpec
	Host   string `json:"host"`
	URL    string `json:"url"`
	Status string `json:"status"` // running, stopped or failed: …
}

// StorageSpec asks for a storage account.
type StorageSpec struct {
	Containers []string `json:"containers,omitempty"`
}

// Storage is a folder with one folder for each container.
type Storage struct {
	Origin
	StorageSpec
	Path string `json:"path"`
	URL  string `json:"url"` // file://
}

// MachineSpec asks for the stand-in of a virtual machine.
type MachineSpec struct {
	StartupScript string `json:"startupScript,omitempty"` // run by /bin/sh at every power-on
	SSHKey        string `json:"sshKey,omitempty"`        // one line of an authorized_keys file
	Power         Power  `json:"power,omitempty"`
	Size          string `json:"size,omitempty"` // what a lab looks at; a process on a laptop takes what it needs
	Lab           string `json:"lab,omitempty"`  // what its lab is called outside: project-environment-name
}

// Machine is a supervised process in a folder of its own.
type Machine struct {
	Origin
	MachineSpec
	Path    string `json:"path"`    // its folder, which is also its HOME
	Console string `json:"console"` // file with what its processes print
	Status  string `json:"status"`  // running, stopped or failed: …
	PID     int    `json:"pid,omitempty"`
}

// ExtensionSpec is a script to run once in a machine; another script or revision runs it again.
type ExtensionSpec struct {
	Script   string `json:"script"`
	Revision string `json:"revision,omitempty"`
}

// Extension is the outcome of a script that succeeded. One that failed is never recorded, so that asking again runs it again.
type Extension struct {
	ExtensionSpec
	Output string `json:"output"` // the last 16 KiB of stdout and stderr
}

// SecretSpec asks for a vault entry under the resource's name.
type SecretSpec struct {
	Vault string `json:"vault"`
	Value string `json:"value"`
}

// Secret says where a value is kept; the value itself never comes back this way.
type Secret struct {
	Origin
	Vault     string `json:"vault"`
	Version   string `json:"version"`   // changes with every write, by whomever
	Reference string `json:"reference"` // URL to read the newest version at, with one's own token
}

// SecretValue is what the vault holds at an address. Only whoever holds the sandbox's token, a pipeline run, is told.
type SecretValue struct {
	Value string `json:"value"`
}

// Leftover is something that still exists under a project and environment.
type Leftover struct {
	Kind Kind `json:"kind"`
	ID
	What string `json:"what"` // for people: "database payments_dev_db"
}
