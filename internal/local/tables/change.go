package tables

import (
	bolt "go.etcd.io/bbolt"
)

// verb is what an operation does to one row.
type verb int

const (
	insert verb = iota
	replace
	merge
	remove
)

// anyETag as a condition asks only that the row exists.
const anyETag = "*"

// operation is one write, alone or as part of a transaction.
type operation struct {
	verb    verb
	table   string
	entity  *entity // of a remove only the keys
	ifMatch string  // "" for none: replace and merge then insert what is missing
	quiet   bool    // Prefer: return-no-content
}

// result is what the answer to an operation needs.
type result struct {
	table  string  // as it was created
	entity *entity // as it is stored now; nil after a remove
}

// apply decides one operation against the current rows and stages its write. Operations that are applied before flush
// do not see each other, which is why a transaction may hold a row only once.
func (t *txn) apply(op operation) (result, error) {
	b, err := rows(t.tx, op.table)
	if err != nil {
		return result{}, err
	}
	name, _ := tableName(t.tx, op.table)
	current, err := readRow(b, op.entity.partition, op.entity.row)
	if err != nil {
		return result{}, err
	}
	if err := op.permitted(current); err != nil {
		return result{}, err
	}
	key := rowKey(op.entity.partition, op.entity.row)
	if op.verb == remove {
		t.stage(func() error { return b.Delete(key) })
		return result{table: name}, nil
	}
	next := op.outcome(current)
	if err := next.check(); err != nil {
		return result{}, err
	}
	next.written = t.tick()
	t.stage(func() error { return b.Put(key, next.encode()) })
	return result{table: name, entity: next}, nil
}

// permitted checks the precondition; current is nil when the row does not exist.
func (op operation) permitted(current *entity) error {
	switch {
	case op.verb == insert && current != nil:
		return errEntityExists
	case op.verb == insert || op.ifMatch == "":
		return nil
	case current == nil:
		return errEntityNotFound
	case op.ifMatch != anyETag && op.ifMatch != current.written.etag():
		return errCondition
	}
	return nil
}

func (op operation) outcome(current *entity) *entity {
	if op.verb == merge && current != nil {
		return current.mergedWith(op.entity)
	}
	fresh := *op.entity
	return &fresh
}

// readRow returns nil when there is no such row.
func readRow(b *bolt.Bucket, partition, row string) (*entity, error) {
	key := rowKey(partition, row)
	data := b.Get(key)
	if data == nil {
		return nil, nil //nolint:nilnil // absence is an ordinary outcome here
	}
	return decodeRow(key, data)
}
