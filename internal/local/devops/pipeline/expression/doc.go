// Package expression is the language between ${{ }}, in $[ ], and in condition: of Azure Pipelines YAML.
//
// The three places share the grammar, the values, and most functions; they differ in the names that may be used, which
// is what [Names] says: [TemplateNames], [RuntimeNames], [ConditionNames]. Text is parsed once with [Parse], which
// finds every mistake that can be found without values, and evaluated any number of times with [Expression.Eval].
//
//	expr    = literal | access | call
//	literal = 'text, with ” for a quote' | -1.2 | 1.2.3 (a version) | true | false
//	access  = name { "." ident | "[" expr "]" | ".*" | "[*]" }
//	call    = ident "(" [ expr { "," expr } ] ")"
//
// There are no operators and no null literal; a missing member is null. Names compare without regard to case.
//
// The work is bounded: an expression has at most [MaxLength] characters and a depth of [MaxDepth], and no text that a
// function makes is longer than [MaxText] bytes.
package expression
