package tables

import (
	"net/http"
	"strings"

	bolt "go.etcd.io/bbolt"
)

func (s *Server) getEntity(x *exchange, t target) error {
	var found *entity
	var name string
	err := s.store.view(func(tx *bolt.Tx) error {
		b, err := rows(tx, t.table)
		if err != nil {
			return err
		}
		name, _ = tableName(tx, t.table)
		found, err = readRow(b, t.partition, t.row)
		return err
	})
	if err != nil {
		return err
	}
	if found == nil {
		return errEntityNotFound
	}
	v := entityView{base: x.base, table: name, level: x.level, selected: selectedNames(x.URL.Query())}
	x.w.Header().Set("ETag", found.written.etag())
	x.sendJSON(http.StatusOK, v.single(found))
	return nil
}

// writeEntity serves every change of one entity.
func (s *Server) writeEntity(x *exchange, method string, t target) error {
	body, err := x.body()
	if err != nil {
		return err
	}
	op, err := parseOperation(method, t, x.Header, body)
	if err != nil {
		return err
	}
	var done result
	err = s.store.update(x.Context(), func(tx *txn) (err error) {
		done, err = tx.apply(op)
		return err
	})
	if err != nil {
		return err
	}
	header := x.w.Header()
	for _, h := range resultHeaders(x.base, op, done) {
		header.Set(h.name, h.value)
	}
	if op.verb == insert && !op.quiet {
		v := entityView{base: x.base, table: done.table, level: x.level}
		x.sendJSON(http.StatusCreated, v.single(done.entity))
		return nil
	}
	x.w.WriteHeader(http.StatusNoContent)
	return nil
}

// parseOperation turns a request, alone or inside a batch, into an operation.
func parseOperation(method string, t target, header http.Header, body []byte) (operation, error) {
	op := operation{table: t.table, ifMatch: header.Get("If-Match"), quiet: wantsNoContent(header)}
	switch {
	case t.kind == targetRows && method == http.MethodPost:
		op.verb, op.ifMatch = insert, ""
	case t.kind == targetRow && method == http.MethodPut:
		op.verb = replace
	case t.kind == targetRow && (method == http.MethodPatch || method == "MERGE"):
		op.verb = merge
	case t.kind == targetRow && method == http.MethodDelete:
		op.verb = remove
	default:
		return operation{}, methodNotAllowed(method)
	}
	if err := checkIfMatch(op); err != nil {
		return operation{}, err
	}
	if op.verb == remove {
		op.entity = &entity{partition: t.partition, row: t.row}
		return op, nil
	}
	if err := checkContentType(header); err != nil {
		return operation{}, err
	}
	sent, err := decodeEntity(body)
	if err != nil {
		return operation{}, err
	}
	if op.verb == insert {
		op.entity, err = sent.inserted()
	} else {
		op.entity, err = sent.updated(t.partition, t.row)
	}
	if err != nil {
		return operation{}, err
	}
	return op, op.entity.check()
}

func checkIfMatch(op operation) error {
	switch {
	case op.ifMatch == "" && op.verb == remove:
		return refuse(http.StatusBadRequest, "MissingRequiredHeader", "A delete needs the header If-Match: an ETag, or * for whatever is there.")
	case op.ifMatch == "" || op.ifMatch == anyETag:
		return nil
	case !strings.HasPrefix(op.ifMatch, `W/"`) || !strings.HasSuffix(op.ifMatch, `"`) || len(op.ifMatch) < 4:
		return invalidInput("The If-Match header %q is not an ETag of this service.", op.ifMatch)
	}
	return nil
}

type headerLine struct{ name, value string }

// resultHeaders are the headers of a successful write, in the spelling that clients search batch answers for.
func resultHeaders(base string, op operation, done result) []headerLine {
	lines := []headerLine{{"DataServiceVersion", "3.0;"}}
	if done.entity == nil {
		return lines
	}
	if op.verb == insert {
		location := base + "/" + editLink(done.table, done.entity.partition, done.entity.row)
		lines = append(lines, headerLine{"Location", location})
		if op.quiet {
			lines = append(lines, headerLine{"Preference-Applied", "return-no-content"}, headerLine{"DataServiceId", location})
		}
	}
	return append(lines, headerLine{"ETag", done.entity.written.etag()})
}
