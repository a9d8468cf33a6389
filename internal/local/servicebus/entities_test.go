package servicebus_test

import (
	"os"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus"
)

func TestParseEntities_ofThePlatform(t *testing.T) {
	config, err := os.ReadFile("../../../infra/platform/servicebus.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := servicebus.ParseEntities(config); err != nil {
		t.Error(err)
	}
}

func TestParseEntities_refuses(t *testing.T) {
	queues := func(s string) string { return `{"UserConfig":{"Namespaces":[{"Name":"n","Queues":[` + s + `]}]}}` }
	rule := func(s string) string {
		return `{"UserConfig":{"Namespaces":[{"Name":"n","Topics":[{"Name":"t","Subscriptions":[{"Name":"s","Rules":[{"Name":"r","Properties":` + s + `}]}]}]}]}}`
	}
	for config, want := range map[string]string{
		"":                                  "EOF",
		"{}":                                "0 namespaces",
		queues("") + "x":                    "follows",
		queues(`{"Name":"a","Size":1}`):     "Size",
		queues(`{"Name":""}`):               "valid name",
		queues(`{"Name":"a b"}`):            "valid name",
		queues(`{"Name":"a"},{"Name":"A"}`): "twice",
		queues(`{"Name":"a","Properties":{"LockDuration":"PT6M"}}`):                                                          "LockDuration",
		queues(`{"Name":"a","Properties":{"LockDuration":"1m"}}`):                                                            "not a duration",
		queues(`{"Name":"a","Properties":{"LockDuration":60}}`):                                                              "not a string",
		queues(`{"Name":"a","Properties":{"MaxDeliveryCount":0}}`):                                                           "MaxDeliveryCount",
		queues(`{"Name":"a","Properties":{"ForwardTo":"b"}}`):                                                                `forwards to "b"`,
		queues(`{"Name":"a","Properties":{"ForwardDeadLetteredMessagesTo":"A"}}`):                                            "itself",
		queues(`{"Name":"a","Properties":{"RequiresDuplicateDetection":true,"DuplicateDetectionHistoryTimeWindow":"PT1S"}}`): "between 20s",
		rule(`{"FilterType":"Sql"}`):                                                                                         "FilterType",
		rule(`{"FilterType":"Sql","SqlFilter":{"SqlExpression":"a +"}}`):                                                     `"+"`,
		rule(`{"FilterType":"Sql","SqlFilter":{"SqlExpression":"1=1"},"Action":{"SqlExpression":"SET a = 1"}}`):              "actions are not supported",
		rule(`{"FilterType":"Correlation","CorrelationFilter":{}}`):                                                          "empty",
		rule(`{"FilterType":"Correlation","CorrelationFilter":{"Properties":{"a":[1]}}}`):                                    `"a"`,
		rule(`{"FilterType":"Correlation","CorrelationFilter":{"Subject":"x"}}`):                                             "Subject",
	} {
		if _, err := servicebus.ParseEntities([]byte(config)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, not about %q", config, err, want)
		}
	}
}
