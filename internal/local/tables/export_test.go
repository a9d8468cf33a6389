package tables

import "reflect"

// FilterAgreesWithRange parses a filter and checks for a row that matches it whether the range of keys that a query would
// read holds it.
func FilterAgreesWithRange(filter, partition, row string) (agrees bool, err error) {
	e, err := parseFilter(filter)
	if err != nil {
		return false, err
	}
	candidate := &entity{partition: partition, row: row}
	if !e.matches(candidate) {
		return true, nil
	}
	where := rangeOf(e)
	key := rowKey(partition, row)
	return string(key) >= string(where.low) && where.beforeEnd(key), nil
}

// RowSurvives decodes the JSON of an insert, stores it as bytes and reads those back.
func RowSurvives(body []byte) (survives bool, err error) {
	sent, err := decodeEntity(body)
	if err != nil {
		return false, err
	}
	e, err := sent.inserted()
	if err != nil {
		return false, err
	}
	if err := e.check(); err != nil {
		return false, err
	}
	back, err := decodeRow(rowKey(e.partition, e.row), e.encode())
	return err == nil && reflect.DeepEqual(e, back), nil
}

// DecodeAnyRow reads bytes that may not be a row.
func DecodeAnyRow(key, data []byte) error {
	_, err := decodeRow(key, data)
	return err
}

// ReadAnyBatch takes apart what may not be a batch.
func (s *Server) ReadAnyBatch(contentType string, body []byte) error {
	_, err := s.readBatch(contentType, body)
	return err
}
