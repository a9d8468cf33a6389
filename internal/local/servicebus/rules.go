package servicebus

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/broker"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/filter"
)

// rule is a rule of a subscription in the official emulator's configuration file.
type rule struct {
	Name       string
	Properties struct {
		FilterType        string
		CorrelationFilter *correlation
		SQLFilter         *struct{ SqlExpression string } `json:"SqlFilter"`
		Action            *struct{ SqlExpression string }
	}
}

type correlation struct {
	ContentType, CorrelationID, Label, MessageID, ReplyTo, ReplyToSessionID, SessionID, To *string
	Properties                                                                             map[string]any
}

// filters makes the filters of a subscription. Without rules it takes everything, as one that was just created does.
func filters(rules []rule) ([]broker.Filter, error) {
	if len(rules) == 0 {
		return []broker.Filter{filter.True{}}, nil
	}
	var all []broker.Filter
	for _, r := range rules {
		f, err := r.filter()
		if err != nil {
			return nil, fmt.Errorf("rule %q: %w", r.Name, err)
		}
		all = append(all, f)
	}
	return all, nil
}

func (r rule) filter() (broker.Filter, error) {
	p := r.Properties
	switch {
	case p.Action != nil:
		return nil, errors.New("actions are not supported; leave out Action")
	case strings.EqualFold(p.FilterType, "Correlation") && p.CorrelationFilter != nil && p.SQLFilter == nil:
		return p.CorrelationFilter.filter()
	case strings.EqualFold(p.FilterType, "Sql") && p.SQLFilter != nil && p.CorrelationFilter == nil:
		return filter.ParseSQL(p.SQLFilter.SqlExpression)
	}
	return nil, fmt.Errorf("FilterType %q does not fit the filter; it is Correlation with a CorrelationFilter, or Sql with a SqlFilter", p.FilterType)
}

func (c *correlation) filter() (broker.Filter, error) {
	f := filter.Correlation{System: map[int]string{}, Application: map[string]any{}}
	for i, want := range map[int]*string{
		amqp.PropContentType: c.ContentType, amqp.PropCorrelationID: c.CorrelationID, amqp.PropSubject: c.Label,
		amqp.PropMessageID: c.MessageID, amqp.PropReplyTo: c.ReplyTo, amqp.PropReplyToGroupID: c.ReplyToSessionID,
		amqp.PropGroupID: c.SessionID, amqp.PropTo: c.To,
	} {
		if want != nil {
			f.System[i] = *want
		}
	}
	for name, want := range c.Properties {
		switch want.(type) {
		case string, bool, float64:
			f.Application[name] = want
		default:
			return nil, fmt.Errorf("property %q of the correlation filter is not a string, number or boolean", name)
		}
	}
	if len(f.System)+len(f.Application) == 0 {
		return nil, errors.New("the correlation filter is empty")
	}
	return f, nil
}
