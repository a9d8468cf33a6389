package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/cli/auth"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 20

func (s *session) apiCommand() *cobra.Command {
	var data string
	var headers []string
	cmd := &cobra.Command{
		Use: "api METHOD PATH", Short: "Call the API directly", Args: cobra.ExactArgs(2),
		Example: "  lazuli api GET /me\n  lazuli api GET '/operations/01K…?wait=30'\n  lazuli api POST /projects/payments/environments/dev/deployments --data '{}'",
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := http.NewRequestWithContext(cmd.Context(), strings.ToUpper(args[0]), s.address()+"/v1/"+strings.TrimPrefix(strings.TrimPrefix(args[1], "/v1"), "/"), strings.NewReader(data))
			if err != nil {
				return usageError{fmt.Errorf("that is no request: %w", err)}
			}
			if data != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			for _, h := range headers {
				name, value, ok := strings.Cut(h, ":")
				if !ok {
					return usageError{fmt.Errorf("--header is NAME:VALUE, not %q", h)}
				}
				r.Header.Set(strings.TrimSpace(name), strings.TrimSpace(value))
			}
			return s.callAPI(r)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "JSON body")
	cmd.Flags().StringArrayVar(&headers, "header", nil, "NAME:VALUE; may be repeated")
	return cmd
}

func (s *session) callAPI(r *http.Request) error {
	cfg, err := s.authConfig()
	if err != nil {
		return err
	}
	response, err := s.transport(auth.TokenSource(cfg)).Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if response.StatusCode >= 300 {
		var p api.Problem
		if json.Unmarshal(raw, &p) == nil && p.Code != "" {
			return problemError{response.StatusCode, p}
		}
		return fmt.Errorf("the platform answered %s", response.Status)
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, raw, "", "  ") != nil {
		pretty.Write(raw)
	}
	_, err = fmt.Fprintln(s.Out, strings.TrimSpace(pretty.String()))
	return err
}
