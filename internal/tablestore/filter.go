package tablestore

import "strings"

// property is a column that filters may name. The set is closed: no text from outside becomes a property.
type property string

const (
	partitionKey        property = "PartitionKey"
	rowKey              property = "RowKey"
	environmentProperty property = "environment"
	statusProperty      property = "status"
	actorProperty       property = "actor"
	actionProperty      property = "action"
	outcomeProperty     property = "outcome"
)

// filter is a $filter. It is built here and nowhere else, so that every literal is quoted.
type filter struct{ text string }

func compare(p property, operator, literal string) filter {
	return filter{string(p) + " " + operator + " '" + strings.ReplaceAll(literal, "'", "''") + "'"}
}

func equal(p property, literal string) filter { return compare(p, "eq", literal) }

func (f filter) and(g filter) filter { return filter{"(" + f.text + ") and (" + g.text + ")"} }

// inPartition matches everything in a partition.
func inPartition(partition string) filter { return equal(partitionKey, partition) }

// withPrefix narrows to row keys that begin with prefix, which must end with the separator.
func (f filter) withPrefix(prefix string) filter {
	end := strings.TrimSuffix(prefix, separator) + after
	return f.and(compare(rowKey, "ge", prefix)).and(compare(rowKey, "lt", end))
}

// beyond narrows to row keys after key.
func (f filter) beyond(key string) filter { return f.and(compare(rowKey, "gt", key)) }
