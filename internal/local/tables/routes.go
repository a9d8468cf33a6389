package tables

import (
	"net/http"
	"net/url"
	"strings"
)

// targetKind is what a path names.
type targetKind int

const (
	targetService targetKind = iota // /account
	targetTables                    // /account/Tables
	targetTable                     // /account/Tables('name')
	targetBatch                     // /account/$batch
	targetRows                      // /account/name or /account/name()
	targetRow                       // /account/name(PartitionKey='…',RowKey='…')
)

// target is a path taken apart.
type target struct {
	kind           targetKind
	table          string
	partition, row string
}

// resolve reads the path as it was sent. It must not be decoded or cleaned before: keys may hold anything that a path
// gives a meaning to, percent-encoded.
func (s *Server) resolve(escapedPath string) (target, error) {
	rest, found := strings.CutPrefix(escapedPath, "/"+s.account)
	if !found || (rest != "" && rest[0] != '/') {
		return target{}, refuse(http.StatusNotFound, "ResourceNotFound", "The path does not begin with /%s, the account of this server.", s.account)
	}
	segment := strings.Trim(rest, "/")
	if strings.Contains(segment, "/") {
		return target{}, invalidInput("The path %s names nothing that Table Storage has.", escapedPath)
	}
	text, err := url.PathUnescape(segment)
	if err != nil {
		return target{}, invalidInput("The path %s is not encoded properly.", escapedPath)
	}
	return parseTarget(text)
}

func parseTarget(text string) (target, error) {
	switch text {
	case "":
		return target{kind: targetService}, nil
	case "$batch":
		return target{kind: targetBatch}, nil
	case "Tables", "Tables()":
		return target{kind: targetTables}, nil
	}
	name, arguments, found := strings.Cut(text, "(")
	if !found || arguments == ")" {
		return target{kind: targetRows, table: name}, checkTableName(name)
	}
	arguments, closed := strings.CutSuffix(arguments, ")")
	if !closed {
		return target{}, invalidInput("The path %q has no closing parenthesis.", text)
	}
	if name == "Tables" {
		table, rest, err := quotedArgument(arguments)
		if err != nil || rest != "" {
			return target{}, invalidInput("The path %q does not name a table as Tables('name').", text)
		}
		return target{kind: targetTable, table: table}, checkTableName(table)
	}
	if err := checkTableName(name); err != nil {
		return target{}, err
	}
	return keysOf(name, arguments)
}

// keysOf reads PartitionKey='…',RowKey='…' in either order. Keys may hold commas and parentheses, so only quotes count.
func keysOf(table, arguments string) (target, error) {
	keys := map[string]string{}
	for rest := arguments; ; {
		name, quoted, found := strings.Cut(rest, "=")
		value, after, err := quotedArgument(quoted)
		if _, twice := keys[name]; !found || err != nil || twice {
			return target{}, errBadKeys
		}
		keys[name] = value
		if after == "" {
			break
		}
		if rest, found = strings.CutPrefix(after, ","); !found {
			return target{}, errBadKeys
		}
	}
	partition, hasPartition := keys["PartitionKey"]
	row, hasRow := keys["RowKey"]
	if !hasPartition || !hasRow || len(keys) != 2 {
		return target{}, errBadKeys
	}
	return target{kind: targetRow, table: table, partition: partition, row: row}, checkKeys(partition, row)
}

var errBadKeys = invalidInput("The path does not name an entity as name(PartitionKey='…',RowKey='…').")

// quotedArgument reads 'text', in which a quote is doubled, from the beginning of s.
func quotedArgument(s string) (text, rest string, err error) {
	if !strings.HasPrefix(s, "'") {
		return "", "", errBadKeys
	}
	var content strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '\'':
			content.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == '\'':
			content.WriteByte('\'')
			i++
		default:
			return content.String(), s[i+1:], nil
		}
	}
	return "", "", errBadKeys
}

// methodOf resolves X-HTTP-Method, by which a POST stands for a method that something on the way may not let pass.
func methodOf(method string, header http.Header) (string, error) {
	override := header.Get("X-HTTP-Method")
	if override == "" {
		return method, nil
	}
	if method != http.MethodPost {
		return "", refuse(http.StatusBadRequest, "XMethodNotUsingPost", "X-HTTP-Method is for POST requests only.")
	}
	switch override {
	case "MERGE", http.MethodPatch, http.MethodPut, http.MethodDelete:
		return override, nil
	}
	return "", refuse(http.StatusBadRequest, "XMethodIncorrectValue", "X-HTTP-Method is %q; MERGE, PATCH, PUT and DELETE are known.", override)
}

func (s *Server) dispatch(x *exchange, t target) error {
	if x.URL.Query().Has("comp") || t.kind == targetService {
		return refuse(http.StatusNotImplemented, "NotImplemented", "Service properties and access policies are not part of this server.")
	}
	method, err := methodOf(x.Method, x.Header)
	if err != nil {
		return err
	}
	switch t.kind {
	case targetTables:
		return s.serveTables(x, method)
	case targetTable:
		return s.serveTable(x, method, t.table)
	case targetBatch:
		if method != http.MethodPost {
			return methodNotAllowed(method)
		}
		return s.serveBatch(x)
	case targetRows:
		if method == http.MethodGet {
			return s.queryEntities(x, t.table)
		}
	case targetRow:
		if method == http.MethodGet {
			return s.getEntity(x, t)
		}
	}
	return s.writeEntity(x, method, t)
}

func methodNotAllowed(method string) error {
	return refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The resource does not support the method %s.", method)
}
