// Package cli is the lazuli command: one file for each noun, each with its sub-commands.
//
// A command writes what it found to stdout, as a table for people or with -o json for programs, and everything else to stderr.
// It is given its streams and its environment, so that a test can drive it. Errors become one of the exit codes in exit.go
// and a text that says what happened and what to do.
//
// Requests go through transport.go, which signs in, repeats what may be repeated, and shows requests with --debug.
package cli
