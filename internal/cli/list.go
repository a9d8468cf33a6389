package cli

import (
	"fmt"
	"net/url"
)

// maxListPages bounds what a list command reads.
const maxListPages = 200

// collect follows a list to its end.
func collect[T any](s *session, page func(token *string) ([]T, *string, error)) ([]T, error) {
	all := []T{}
	var token *string
	for range maxListPages {
		items, next, err := page(token)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if next == nil {
			return all, nil
		}
		link, err := url.Parse(*next)
		if err != nil {
			return nil, fmt.Errorf("the link to the next page cannot be read: %w", err)
		}
		after := link.Query().Get("pageToken")
		token = &after
	}
	fmt.Fprintf(s.Err, "Only the first %d are shown.\n", len(all))
	return all, nil
}
