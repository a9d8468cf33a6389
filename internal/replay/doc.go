// Package replay is a Terraform provider made of a recorded schema: it says what a real provider says of its resources, and
// can make none of them. Engines validate modules with it, and run their tests with mock_provider, without the real provider,
// an account or a network.
//
// It finds what does not fit the schema: unknown resources, arguments and attributes, missing arguments and blocks, wrong types.
// It does not find what only the real provider knows: values that it refuses, arguments that exclude each other.
//
// A recording is what "terraform providers schema -json" prints, cut down to what is used (Trim).
package replay
