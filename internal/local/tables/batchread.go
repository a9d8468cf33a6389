package tables

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// part is one operation of a batch, and how its answer is to look.
type part struct {
	operation operation
	level     metadataLevel
}

// indexedError says which operation of a batch was refused.
type indexedError struct {
	index int
	cause *apiError
}

func (e *indexedError) Error() string { return e.cause.Error() }

func refusedAt(index int, err error) error { return &indexedError{index, asAPIError(err)} }

// readBatch takes a batch apart: multipart/mixed with one part, the change set, whose parts are HTTP requests.
func (s *Server) readBatch(contentType string, body []byte) ([]part, error) {
	batch, err := multipartOf(contentType, body)
	if err != nil {
		return nil, err
	}
	outer, err := batch.NextRawPart()
	if err != nil {
		return nil, invalidInput("The batch has no change set: %v.", err)
	}
	changes, err := io.ReadAll(outer) // bounded by the body
	if err != nil {
		return nil, invalidInput("The batch is cut off: %v.", err)
	}
	if strings.HasPrefix(outer.Header.Get("Content-Type"), "application/http") {
		return nil, refuse(http.StatusNotImplemented, "NotImplemented", "Queries inside a batch are not supported. Send them alone.")
	}
	if _, err := batch.NextRawPart(); !errors.Is(err, io.EOF) {
		return nil, invalidInput("A batch must have exactly one change set.")
	}
	changeSet, err := multipartOf(outer.Header.Get("Content-Type"), changes)
	if err != nil {
		return nil, err
	}
	return s.readChangeSet(changeSet)
}

func multipartOf(contentType string, body []byte) (*multipart.Reader, error) {
	name, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || name != "multipart/mixed" || parameters["boundary"] == "" {
		return nil, invalidInput("The content type %q is not multipart/mixed with a boundary.", contentType)
	}
	return multipart.NewReader(bytes.NewReader(body), parameters["boundary"]), nil
}

func (s *Server) readChangeSet(changeSet *multipart.Reader) ([]part, error) {
	var parts []part
	for {
		raw, err := changeSet.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, invalidInput("The change set is cut off: %v.", err)
		}
		if len(parts) == maxBatch {
			return nil, refusedAt(maxBatch, invalidInput("The batch holds more than %d operations, the most for one transaction.", maxBatch))
		}
		content, err := io.ReadAll(raw) // bounded by the body
		if err != nil {
			return nil, invalidInput("The change set is cut off: %v.", err)
		}
		p, err := s.readPart(content)
		if err != nil {
			return nil, refusedAt(len(parts), err)
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		return nil, invalidInput("The change set is empty.")
	}
	return parts, checkBatch(parts)
}

// readPart reads a request line with an absolute URL, headers, and the rest as body. Content-Length may be missing or
// there; the part's own end is what counts.
func (s *Server) readPart(content []byte) (part, error) {
	in := textproto.NewReader(bufio.NewReader(bytes.NewReader(content)))
	line, err := in.ReadLine()
	if err != nil {
		return part{}, invalidInput("An operation of the batch is empty.")
	}
	fields := strings.Fields(line)
	if len(fields) != 3 || !strings.HasPrefix(fields[2], "HTTP/1.") {
		return part{}, invalidInput("%q is not a request line.", line)
	}
	address, err := url.Parse(fields[1])
	if err != nil {
		return part{}, invalidInput("%q is not a URL.", fields[1])
	}
	mimeHeader, err := in.ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		return part{}, invalidInput("The headers of an operation are not valid: %v.", err)
	}
	header := http.Header(mimeHeader)
	body, err := io.ReadAll(in.R)
	if err != nil {
		return part{}, invalidInput("An operation of the batch is cut off: %v.", err)
	}
	return s.parsePart(fields[0], address, header, body)
}

func (s *Server) parsePart(method string, address *url.URL, header http.Header, body []byte) (part, error) {
	t, err := s.resolve(address.EscapedPath())
	if err != nil {
		return part{}, err
	}
	if method, err = methodOf(method, header); err != nil {
		return part{}, err
	}
	level, err := metadataLevelOf(&http.Request{URL: address, Header: header})
	if err != nil {
		return part{}, err
	}
	op, err := parseOperation(method, t, header, body)
	return part{op, level}, err
}

// checkBatch applies the rules that make a batch a transaction: one table, one partition, each row once.
func checkBatch(parts []part) error {
	first := parts[0].operation
	seen := make(map[string]bool, len(parts))
	for i, p := range parts {
		op := p.operation
		switch {
		case !strings.EqualFold(op.table, first.table):
			return refusedAt(i, invalidInput("All operations of a batch must be on one table."))
		case op.entity.partition != first.entity.partition:
			return refusedAt(i, refuse(http.StatusBadRequest, "CommandsInBatchActOnDifferentPartitions",
				"All commands in a batch must operate on same entity group: one PartitionKey."))
		case seen[op.entity.row]:
			return refusedAt(i, refuse(http.StatusBadRequest, "InvalidDuplicateRow",
				"The batch request contains multiple changes with same row key. An entity can appear only once in a batch request."))
		}
		seen[op.entity.row] = true
	}
	return nil
}
