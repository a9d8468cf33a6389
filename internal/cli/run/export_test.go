package run

// Summarize is what Plan sends of a JSON plan.
var Summarize = summarize

// Drifted is what Plan sends of a JSON plan when it looks for drift.
var Drifted = drifted

// Safe is what may leave the agent of text of others.
var Safe = safe
