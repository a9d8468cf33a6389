package run

// Summarize is what Plan sends of a JSON plan.
var Summarize = summarize
