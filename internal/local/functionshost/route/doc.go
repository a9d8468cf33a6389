// Package route matches request paths with the route templates of HTTP functions, as the route collection of
// the Azure Functions host does: literals without regard to case, {name}, {name?}, {name=default}, {*rest},
// constraints such as {id:int:min(1)}, and segments that mix text and parameters such as {name}.json.
//
// The package knows one template at a time. Which template wins is the host's matter: it tries them in the
// alphabetical order of function names, and there is no other notion of "more specific".
package route
