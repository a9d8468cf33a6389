package tables

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// serveBatch carries out an entity group transaction: all operations or none.
func (s *Server) serveBatch(x *exchange) error {
	body, err := x.body()
	if err != nil {
		return err
	}
	parts, err := s.readBatch(x.Header.Get("Content-Type"), body)
	var results []result
	if err == nil {
		err = s.store.update(x.Context(), func(t *txn) error {
			results = make([]result, len(parts))
			for i, p := range parts {
				var err error
				if results[i], err = t.apply(p.operation); err != nil {
					return refusedAt(i, err)
				}
			}
			return nil
		})
	}
	answer := newChangeSetAnswer()
	var refused *indexedError
	switch {
	case errors.As(err, &refused) && refused.cause.status < http.StatusInternalServerError:
		prefix := strconv.Itoa(refused.index) + ":"
		answer.refusal(refused.cause, refused.cause.bodyAt(prefix, x.requestID, ticksOf(s.now()).String()))
	case errors.As(err, &refused):
		return refused.cause
	case err != nil:
		return err
	default:
		for i, p := range parts {
			answer.success(x.base, p, results[i])
		}
	}
	content := answer.finish()
	x.w.Header().Set("Content-Type", "multipart/mixed; boundary="+answer.batch)
	x.w.WriteHeader(http.StatusAccepted)
	_, _ = x.w.Write(content) // a caller who has left needs no answer
	return nil
}

// changeSetAnswer writes the multipart answer by hand: clients read it with patterns rather than with a parser. It must
// begin with the boundary, name the inner one changesetresponse_…, and spell ETag as it is here.
type changeSetAnswer struct {
	bytes.Buffer
	batch, changeSet string
}

func newChangeSetAnswer() *changeSetAnswer {
	a := &changeSetAnswer{batch: "batchresponse_" + newGUID(), changeSet: "changesetresponse_" + newGUID()}
	fmt.Fprintf(a, "--%s\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n", a.batch, a.changeSet)
	return a
}

func (a *changeSetAnswer) part(status int, headers []headerLine, body []byte) {
	fmt.Fprintf(a, "--%s\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n", a.changeSet)
	fmt.Fprintf(a, "HTTP/1.1 %d %s\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n", status, http.StatusText(status))
	for _, h := range headers {
		fmt.Fprintf(a, "%s: %s\r\n", h.name, h.value)
	}
	a.WriteString("\r\n")
	a.Write(body)
	a.WriteString("\r\n")
}

func (a *changeSetAnswer) success(base string, p part, done result) {
	headers := resultHeaders(base, p.operation, done)
	if p.operation.verb != insert || p.operation.quiet {
		a.part(http.StatusNoContent, headers, nil)
		return
	}
	body := entityView{base: base, table: done.table, level: p.level}.single(done.entity)
	a.part(http.StatusCreated, append(headers, jsonHeader(p.level)), body)
}

func (a *changeSetAnswer) refusal(cause *apiError, body []byte) {
	a.part(cause.status, []headerLine{{"DataServiceVersion", "3.0;"}, jsonHeader(minimalMetadata)}, body)
}

func jsonHeader(level metadataLevel) headerLine {
	return headerLine{"Content-Type", "application/json;odata=" + level.String() + ";streaming=true;charset=utf-8"}
}

func (a *changeSetAnswer) finish() []byte {
	fmt.Fprintf(a, "--%s--\r\n--%s--\r\n", a.changeSet, a.batch)
	return a.Bytes()
}
