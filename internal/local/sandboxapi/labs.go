package sandboxapi

// What surrounds machines: scripts that run in them once, and labs that bound them.
const (
	VMExtensions Kind = "vm-extensions"
	Labs         Kind = "labs"
)

// VMExtensionSpec asks for a script to be run once in a machine of the same environment; another script or revision is
// run again.
type VMExtensionSpec struct {
	Machine  string `json:"machine"` // what the machine is called outside: project-environment-name
	Script   string `json:"script"`
	Revision string `json:"revision,omitempty"`
}

// VMExtension is the outcome of a script that succeeded. It is gone as soon as its machine is.
type VMExtension struct {
	Origin
	VMExtensionSpec
	Output string `json:"output"` // the last 16 KiB of stdout and stderr
}
