// Package platform holds what Lazuli is about: the nouns, their rules, and the ports through which they meet the world.
//
// It is the functional core and its thin shell. The core is pure: whether a caller may do a thing (access_index.go), what a
// manifest means (manifest.go), what an operation does next ([Decide] in decide.go). The shell is [Service]: one method for
// each operation of the API, which reads through a port, asks the core, and commits. Clock and ids are passed in.
//
// Nothing here knows HTTP, Azure or a laptop. It imports the standard library and pure libraries only;
// handler/imports_test.go holds it to that.
package platform
