package envelope

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
)

// ErrNeverCompletes marks the answers that the real host waits for for ever: 2xx with an empty body, 204, or
// the JSON null. The invocation hangs until the function's time limit, which kills the handler.
var ErrNeverCompletes = errors.New("the answer has no JSON object, so the invocation never completes; answer 200 with {}")

// Answer is what a handler says about an invocation that succeeded.
type Answer struct {
	Logs        []string
	Outputs     map[string]json.RawMessage
	ReturnValue json.RawMessage
}

// ReadAnswer judges the handler's response to an envelope. An error other than ErrNeverCompletes is a failed
// invocation.
func ReadAnswer(status int, contentType string, body []byte) (Answer, error) {
	if status < 200 || status > 299 {
		return Answer{}, fmt.Errorf("the handler answered status %d", status)
	}
	trimmed := bytes.TrimSpace(body)
	if len(trimmed) == 0 || bytes.Equal(trimmed, []byte("null")) {
		return Answer{}, ErrNeverCompletes
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil || (media != "application/json" && media != "text/json") {
		return Answer{}, fmt.Errorf("the handler answered with Content-Type %q, want application/json", contentType)
	}
	var answer Answer
	if err := json.Unmarshal(trimmed, &answer); err != nil {
		return Answer{}, fmt.Errorf("the handler's answer is not the JSON object that is expected: %w", err)
	}
	return answer, nil
}
