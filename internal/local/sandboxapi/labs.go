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

// LabSpec asks for a lab: rules that hold for the machines of the same environment that name it.
type LabSpec struct {
	MaxMachines  int      `json:"maxMachines"`
	AllowedSizes []string `json:"allowedSizes,omitempty"` // empty allows all
	ShutdownTime string   `json:"shutdownTime,omitempty"` // HH:MM, at which its machines are stopped each day; empty never stops them
	TimeZone     string   `json:"timeZone,omitempty"`     // of ShutdownTime, such as Europe/Berlin; UTC unless said
}

// Lab is a lab as it is now.
type Lab struct {
	Origin
	LabSpec
	Address string `json:"address"` // a path that names it, as resource ids do in Azure
}
