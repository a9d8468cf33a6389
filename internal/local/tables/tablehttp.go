package tables

import (
	"net/http"

	bolt "go.etcd.io/bbolt"
)

// serveTables lists and creates tables.
func (s *Server) serveTables(x *exchange, method string) error {
	switch method {
	case http.MethodGet:
		return s.queryTables(x)
	case http.MethodPost:
		return s.postTable(x)
	}
	return methodNotAllowed(method)
}

func (s *Server) postTable(x *exchange) error {
	if err := checkContentType(x.Header); err != nil {
		return err
	}
	body, err := x.body()
	if err != nil {
		return err
	}
	members, err := decodeObject(body)
	if err != nil {
		return err
	}
	var name string
	for _, m := range members {
		if m.name == "TableName" {
			name, _ = m.value.(string)
		}
	}
	if err := checkTableName(name); err != nil {
		return err
	}
	if err := s.store.createTable(x.Context(), name); err != nil {
		return err
	}
	location := x.base + "/Tables('" + name + "')"
	header := x.w.Header()
	header.Set("Location", location)
	if wantsNoContent(x.Header) {
		header.Set("Preference-Applied", "return-no-content")
		header.Set("DataServiceId", location)
		x.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	x.sendJSON(http.StatusCreated, x.tableDocument(name))
	return nil
}

// serveTable looks one table up or deletes it.
func (s *Server) serveTable(x *exchange, method, name string) error {
	switch method {
	case http.MethodGet:
		var created string
		err := s.store.view(func(tx *bolt.Tx) error {
			var exists bool
			if created, exists = tableName(tx, name); !exists {
				return refuse(http.StatusNotFound, "ResourceNotFound", "The table %q does not exist.", name)
			}
			return nil
		})
		if err != nil {
			return err
		}
		x.sendJSON(http.StatusOK, x.tableDocument(created))
		return nil
	case http.MethodDelete:
		if err := s.store.deleteTable(x.Context(), name); err != nil {
			return err
		}
		x.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return methodNotAllowed(method)
}

func (s *Server) queryTables(x *exchange) error {
	query := x.URL.Query()
	filter, err := parseFilter(query.Get("$filter"))
	if err != nil {
		return err
	}
	top, err := pageSize(query)
	if err != nil {
		return err
	}
	from, err := decodeContinuation(query.Get("NextTableName"))
	if err != nil {
		return err
	}
	names, next, err := s.store.listTables(filter, from, top)
	if err != nil {
		return err
	}
	if next != "" {
		x.w.Header().Set(continuationHeader+"NextTableName", encodeContinuation(next))
	}
	w := &jsonWriter{}
	w.open()
	if x.level != noMetadata {
		w.text("odata.metadata", x.base+"/$metadata#Tables")
	}
	w.raw("value", "[")
	for i, name := range names {
		if i > 0 {
			w.WriteByte(',')
		}
		x.tableMembers(w, name)
	}
	w.WriteByte(']')
	w.close()
	x.sendJSON(http.StatusOK, w.Bytes())
	return nil
}

func (x *exchange) tableDocument(name string) []byte {
	w := &jsonWriter{}
	x.tableMembers(w, name)
	if x.level == noMetadata {
		return w.Bytes()
	}
	full := &jsonWriter{}
	full.open()
	full.text("odata.metadata", x.base+"/$metadata#Tables/@Element")
	full.WriteByte(',')
	full.Write(w.Bytes()[1:])
	return full.Bytes()
}

func (x *exchange) tableMembers(w *jsonWriter, name string) {
	w.open()
	if x.level == fullMetadata {
		link := "Tables('" + name + "')"
		w.text("odata.type", accountOf(x.base)+".Tables")
		w.text("odata.id", x.base+"/"+link)
		w.text("odata.editLink", link)
	}
	w.text("TableName", name)
	w.close()
}
