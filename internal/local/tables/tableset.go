package tables

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	bolt "go.etcd.io/bbolt"
)

var tableNamePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{2,62}$`)

func checkTableName(name string) error {
	if !tableNamePattern.MatchString(name) || strings.EqualFold(name, "tables") {
		return refuse(http.StatusBadRequest, "InvalidResourceName",
			"%q cannot be the name of a table: 3 to 63 letters and digits, a letter first, and not \"tables\".", name)
	}
	return nil
}

func (s *store) createTable(ctx context.Context, name string) error {
	return s.update(ctx, func(t *txn) error {
		if _, exists := tableName(t.tx, name); exists {
			return refuse(http.StatusConflict, "TableAlreadyExists", "The table specified already exists: %q.", name)
		}
		t.stage(func() error {
			if _, err := t.tx.CreateBucket(rowsBucket(name)); err != nil {
				return err
			}
			return t.tx.Bucket(tablesBucket).Put([]byte(strings.ToLower(name)), []byte(name))
		})
		return nil
	})
}

func (s *store) deleteTable(ctx context.Context, name string) error {
	return s.update(ctx, func(t *txn) error {
		if _, exists := tableName(t.tx, name); !exists {
			return refuse(http.StatusNotFound, "ResourceNotFound", "The table %q does not exist.", name)
		}
		t.stage(func() error {
			if err := t.tx.DeleteBucket(rowsBucket(name)); err != nil {
				return err
			}
			return t.tx.Bucket(tablesBucket).Delete([]byte(strings.ToLower(name)))
		})
		return nil
	})
}

// listTables returns the names that match, at most top of them from the name from on, and the name to go on with.
func (s *store) listTables(filter expression, from string, top int) (names []string, next string, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(tablesBucket).Cursor()
		for k, v := c.Seek([]byte(strings.ToLower(from))); k != nil; k, v = c.Next() {
			if !filter.matches(tableProperties(v)) {
				continue
			}
			if len(names) == top {
				next = string(k)
				return nil
			}
			names = append(names, string(v))
		}
		return nil
	})
	return names, next, err
}

// tableProperties lets a filter look at a table: it has a name and nothing else.
type tableProperties string

func (t tableProperties) property(name string) (value, bool) {
	return textValue(string(t)), name == "TableName"
}
