package tables

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	bolt "go.etcd.io/bbolt"
)

const continuationHeader = "x-ms-continuation-"

// page is what one request of a query yields. A page may be empty and still have a continuation.
type page struct {
	table    string
	entities []*entity
	next     []byte // key to go on at, nil at the end
}

func (s *Server) queryEntities(x *exchange, table string) error {
	query := x.URL.Query()
	filter, err := parseFilter(query.Get("$filter"))
	if err != nil {
		return err
	}
	top, err := pageSize(query)
	if err != nil {
		return err
	}
	where := rangeOf(filter)
	start, err := continuationKey(query)
	if err != nil {
		return err
	}
	if start != nil {
		where.narrow("ge", start, nil)
	}
	found, err := s.scan(x, table, filter, where, top)
	if err != nil {
		return err
	}
	if found.next != nil {
		partition, row, err := splitRowKey(found.next)
		if err != nil {
			return err
		}
		x.w.Header().Set(continuationHeader+"NextPartitionKey", encodeContinuation(partition))
		x.w.Header().Set(continuationHeader+"NextRowKey", encodeContinuation(row))
	}
	v := entityView{base: x.base, table: found.table, level: x.level, selected: selectedNames(query)}
	x.sendJSON(http.StatusOK, v.list(found.entities))
	return nil
}

// scan reads one page from a snapshot. It looks at no more than maxExamined rows and stops when the caller leaves.
func (s *Server) scan(x *exchange, table string, filter expression, where keyRange, top int) (page, error) {
	var p page
	err := s.store.view(func(tx *bolt.Tx) error {
		b, err := rows(tx, table)
		if err != nil {
			return err
		}
		p.table, _ = tableName(tx, table)
		c := b.Cursor()
		examined := 0
		for key, data := c.Seek(where.low); key != nil && where.beforeEnd(key); key, data = c.Next() {
			if len(p.entities) == top || examined == s.maxExamined {
				p.next = append([]byte{}, key...)
				return nil
			}
			examined++
			if err := x.Context().Err(); err != nil {
				return err
			}
			e, err := decodeRow(key, data)
			if err != nil {
				return err
			}
			if filter.matches(e) {
				p.entities = append(p.entities, e)
			}
		}
		return nil
	})
	return p, err
}

// pageSize is $top, which is the size of a page rather than a total, or the most that a page can hold.
func pageSize(query url.Values) (int, error) {
	text := query.Get("$top")
	if text == "" {
		return maxPage, nil
	}
	top, err := strconv.Atoi(text)
	if err != nil || top < 1 || top > maxPage {
		return 0, invalidInput("$top is %q; it must be a number from 1 to %d.", text, maxPage)
	}
	return top, nil
}

// selectedNames is $select, nil for everything.
func selectedNames(query url.Values) []string {
	text := query.Get("$select")
	if text == "" || text == "*" {
		return nil
	}
	var names []string
	for _, name := range strings.Split(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Continuation tokens are the next key in base64: a header cannot carry every character of a key, and a caller should
// not be tempted to read them.

func encodeContinuation(key string) string {
	encoded := base64.URLEncoding.EncodeToString([]byte(key))
	return fmt.Sprintf("1!%d!%s", len(encoded), encoded)
}

func decodeContinuation(token string) (string, error) {
	if token == "" {
		return "", nil
	}
	parts := strings.SplitN(token, "!", 3)
	if len(parts) == 3 && parts[0] == "1" && parts[1] == strconv.Itoa(len(parts[2])) {
		if key, err := base64.URLEncoding.DecodeString(parts[2]); err == nil {
			return string(key), nil
		}
	}
	return "", refuse(http.StatusBadRequest, "InvalidInput", "The continuation %q is not one of this service.", token)
}

// continuationKey is where a query goes on, nil from the beginning. NextRowKey may be missing.
func continuationKey(query url.Values) ([]byte, error) {
	if query.Get("NextPartitionKey") == "" {
		return nil, nil
	}
	partition, err := decodeContinuation(query.Get("NextPartitionKey"))
	if err != nil {
		return nil, err
	}
	row, err := decodeContinuation(query.Get("NextRowKey"))
	if err != nil {
		return nil, err
	}
	return rowKey(partition, row), nil
}
