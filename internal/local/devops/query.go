package devops

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// buildQuery is a search for builds. All filters must hold.
type buildQuery struct {
	definitions map[int]bool // nil: any
	ids         map[int]bool // nil: any
	number      string       // exact, or a prefix with a star behind it
	tags        []string
	statuses    int // bits of buildStatusBits; 0: any
	results     int // bits of buildResultBits; 0: any
	branch      string
	noneMatch   bool // a filter that no build of ours can meet
	min, max    time.Time
	order       buildOrder
	top         int
	after       int // id of the last build of the page before; 0: first page
}

// buildOrder names the time that sorts, and that minTime and maxTime are compared with.
type buildOrder struct {
	time       func(run) *time.Time
	descending bool
}

// The service accepts names in any casing, numbers, and several of them joined by commas.
var (
	buildStatusBits = map[string]int{"none": 0, "inprogress": 1, "completed": 2, "cancelling": 4, "postponed": 8, "notstarted": 32, "all": 47}
	buildResultBits = map[string]int{"none": 0, "succeeded": 2, "partiallysucceeded": 4, "failed": 8, "canceled": 32}
	buildReasonBits = map[string]int{"none": 0, "manual": 1, "individualci": 2, "schedule": 8, "pullrequest": 256, "resourcetrigger": 1024, "all": 2031}
)

const (
	manual     = 1 // the reason of every run here
	defaultTop = 1000
	maxTop     = 5000
)

var buildOrders = func() map[string]buildOrder {
	finish := func(r run) *time.Time { return r.Finished }
	queue := func(r run) *time.Time { return &r.Queued }
	start := func(r run) *time.Time { return r.Started }
	orders := map[string]buildOrder{
		"finishtimeascending": {finish, false}, "finishtimedescending": {finish, true}, "queuetimedescending": {queue, true},
		"queuetimeascending": {queue, false}, "starttimedescending": {start, true}, "starttimeascending": {start, false},
	}
	for number, name := range map[string]string{"2": "finishtimeascending", "3": "finishtimedescending", "4": "queuetimedescending",
		"5": "queuetimeascending", "6": "starttimedescending", "7": "starttimeascending"} {
		orders[number] = orders[name]
	}
	return orders
}()

// parseBuildQuery reads the query string. A filter it does not know is refused: ignoring one would answer with too much.
func parseBuildQuery(values url.Values) (buildQuery, error) {
	q := buildQuery{order: buildOrders["queuetimedescending"], top: defaultTop}
	var err error
	for name := range values {
		value := values.Get(name)
		if value == "" {
			continue
		}
		switch strings.ToLower(name) {
		case "definitions":
			q.definitions, err = parseIDs(name, value)
		case "buildids":
			q.ids, err = parseIDs(name, value)
		case "buildnumber":
			q.number = value
		case "tagfilters":
			q.tags = strings.Split(value, ",")
		case "statusfilter":
			q.statuses, err = parseFlags(name, value, buildStatusBits)
		case "resultfilter":
			q.results, err = parseFlags(name, value, buildResultBits)
		case "reasonfilter":
			var reasons int
			reasons, err = parseFlags(name, value, buildReasonBits)
			q.noneMatch = q.noneMatch || (reasons != 0 && reasons&manual == 0)
		case "branchname":
			q.branch = value
		case "mintime":
			q.min, err = parseTime(name, value)
		case "maxtime":
			q.max, err = parseTime(name, value)
		case "queryorder":
			q.order, err = parseOrder(value)
		case "$top":
			q.top, err = parseTop(value)
		case "continuationtoken":
			if q.after, err = strconv.Atoi(value); err != nil {
				err = errInvalidArgument("The continuation token %q is not one of ours.", value)
			}
		case "deletedfilter", "properties", "api-version": // nothing is ever deleted, and no build has properties
		default:
			err = errInvalidArgument("The local stand-in cannot filter builds by %s.", name)
		}
		if err != nil {
			return buildQuery{}, err
		}
	}
	return q, nil
}

// page returns the builds of one page and the token of the next one, "" when this is the last.
func (q buildQuery) page(s *store) ([]run, string, error) {
	found := s.find(q.matches)
	compare := func(a, b run) int {
		c := cmp.Or(timeOf(q.order.time(a)).Compare(timeOf(q.order.time(b))), cmp.Compare(a.ID, b.ID))
		if q.order.descending {
			return -c
		}
		return c
	}
	slices.SortFunc(found, compare)
	if q.after != 0 {
		last, ok := s.run(q.after)
		if !ok {
			return nil, "", errInvalidArgument("The continuation token %d is not one of ours.", q.after)
		}
		found = slices.DeleteFunc(found, func(r run) bool { return compare(r, last) <= 0 })
	}
	if len(found) <= q.top {
		return found, "", nil
	}
	found = found[:q.top]
	return found, strconv.Itoa(found[q.top-1].ID), nil
}

func (q buildQuery) matches(r run) bool {
	prefix, isPrefix := strings.CutSuffix(q.number, "*")
	at := q.order.time(r)
	switch {
	case q.noneMatch,
		q.definitions != nil && !q.definitions[r.Definition],
		q.ids != nil && !q.ids[r.ID],
		q.statuses != 0 && q.statuses&buildStatusBits[strings.ToLower(string(r.Status))] == 0,
		q.results != 0 && q.results&buildResultBits[strings.ToLower(string(r.Result))] == 0,
		q.branch != "" && q.branch != r.Ref,
		!q.min.IsZero() && (at == nil || at.Before(q.min)),
		!q.max.IsZero() && (at == nil || at.After(q.max)),
		slices.ContainsFunc(q.tags, func(tag string) bool { return !r.hasTag(tag) }):
		return false
	case isPrefix:
		return len(r.Number) >= len(prefix) && strings.EqualFold(r.Number[:len(prefix)], prefix)
	case q.number != "":
		return strings.EqualFold(r.Number, q.number)
	default:
		return true
	}
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func parseIDs(name, value string) (map[int]bool, error) {
	ids := map[int]bool{}
	for text := range strings.SplitSeq(value, ",") {
		id, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return nil, errInvalidArgument("%s: %q is not an id.", name, text)
		}
		ids[id] = true
	}
	return ids, nil
}

func parseFlags(name, value string, bits map[string]int) (int, error) {
	flags := 0
	for text := range strings.SplitSeq(value, ",") {
		text = strings.TrimSpace(text)
		if n, err := strconv.Atoi(text); err == nil {
			flags |= n
			continue
		}
		bit, ok := bits[strings.ToLower(text)]
		if !ok {
			return 0, errInvalidArgument("%s: %q is not a value of it.", name, text)
		}
		flags |= bit
	}
	return flags, nil
}

func parseOrder(value string) (buildOrder, error) {
	order, ok := buildOrders[strings.ToLower(value)]
	if !ok {
		return buildOrder{}, errInvalidArgument("queryOrder: %q is not an order.", value)
	}
	return order, nil
}

func parseTop(value string) (int, error) {
	top, err := strconv.Atoi(value)
	if err != nil || top < 1 || top > maxTop {
		return 0, errInvalidArgument("$top: %q is not a number from 1 to %d.", value, maxTop)
	}
	return top, nil
}

// parseTime reads a time with or without a zone; without one it is UTC.
func parseTime(name, value string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.9999999", "2006-01-02"} {
		if at, err := time.Parse(layout, value); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errInvalidArgument("%s: %q is not a time.", name, value)
}
