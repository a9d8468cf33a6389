package apim_test

import "slices"

// rule is what API Management's reference says of one element of a policy document.
type rule struct {
	// sections of a document that the element may stand in; none for what only stands in the element that it belongs to.
	sections []string
	// attributes that it takes; those with ! must be there.
	attributes []string
	// children in the order in which they must stand; "*" is any policy that the section allows.
	children []string
	// needs are children without which it makes no sense.
	needs []string
	// text says that it holds a value.
	text bool
	// dedicated elements are unknown to the Consumption tier, classic ones to the v2 tiers too.
	dedicated, classic bool
	// once in a section.
	once bool
}

var (
	anywhere  = []string{"inbound", "backend", "outbound", "on-error"}
	onRequest = []string{"inbound"}
)

// rules are the elements that our policies use. An element that is missing here is refused until somebody has read of it:
// learn.microsoft.com/azure/api-management/NAME-policy, sections "Policy statement", "Attributes" and "Usage", and the table of tiers in
// learn.microsoft.com/azure/api-management/api-management-policies (pages of March 2024 to July 2024, read in November 2026).
var rules = map[string]rule{
	"base":             {sections: anywhere},
	"choose":           {sections: anywhere, children: []string{"when", "otherwise"}, needs: []string{"when"}},
	"when":             {attributes: []string{"condition!"}, children: []string{"*"}},
	"otherwise":        {children: []string{"*"}},
	"include-fragment": {sections: anywhere, attributes: []string{"fragment-id!"}},
	"set-variable":     {sections: anywhere, attributes: []string{"name!", "value!"}},
	"set-header":       {sections: anywhere, attributes: []string{"name!", "exists-action!"}, children: []string{"value"}},
	"value":            {text: true},
	"return-response": {sections: anywhere, attributes: []string{"response-variable-name"},
		children: []string{"set-status", "set-header", "set-body"}},
	"set-status": {sections: []string{"outbound", "on-error"}, attributes: []string{"code!", "reason!"}},
	"set-body":   {sections: []string{"inbound", "backend", "outbound"}, attributes: []string{"template", "xsi-nil"}, text: true},

	"cors": {sections: onRequest, once: true, attributes: []string{"allow-credentials", "terminate-unmatched-request"},
		children: []string{"allowed-origins", "allowed-methods", "allowed-headers", "expose-headers"}, needs: []string{"allowed-origins", "allowed-headers"}},
	"allowed-origins": {children: []string{"origin"}, needs: []string{"origin"}},
	"allowed-methods": {attributes: []string{"preflight-result-max-age"}, children: []string{"method"}, needs: []string{"method"}},
	"allowed-headers": {children: []string{"header"}, needs: []string{"header"}},
	"expose-headers":  {children: []string{"header"}, needs: []string{"header"}},
	"origin":          {text: true},
	"method":          {text: true},
	"header":          {text: true},

	"validate-jwt": {sections: onRequest,
		attributes: []string{"header-name", "query-parameter-name", "token-value", "failed-validation-httpcode", "failed-validation-error-message",
			"require-expiration-time", "require-scheme", "require-signed-tokens", "clock-skew", "output-token-variable-name"},
		children: []string{"openid-config", "issuer-signing-keys", "decryption-keys", "audiences", "issuers", "required-claims"},
		needs:    []string{"openid-config", "audiences", "issuers"}},
	"openid-config": {attributes: []string{"url!"}},
	"audiences":     {children: []string{"audience"}, needs: []string{"audience"}},
	"audience":      {text: true},
	"issuers":       {children: []string{"issuer"}, needs: []string{"issuer"}},
	"issuer":        {text: true},

	"authentication-managed-identity": {sections: onRequest, attributes: []string{"resource!", "client-id", "output-token-variable-name", "ignore-error"}},
	"set-backend-service":             {sections: []string{"inbound", "backend"}, attributes: []string{"base-url", "backend-id"}},
	"forward-request": {sections: []string{"backend"}, once: true,
		attributes: []string{"timeout", "timeout-ms", "continue-timeout", "http-version", "follow-redirects", "buffer-request-body", "buffer-response", "fail-on-error-status-code"}},

	"rate-limit-by-key": {sections: onRequest, dedicated: true,
		attributes: []string{"calls!", "renewal-period!", "counter-key!", "increment-condition", "increment-count", "retry-after-header-name",
			"retry-after-variable-name", "remaining-calls-header-name", "remaining-calls-variable-name", "total-calls-header-name"}},
	"quota-by-key": {sections: onRequest, dedicated: true, classic: true,
		attributes: []string{"calls", "bandwidth", "renewal-period!", "increment-condition", "increment-count", "counter-key!", "first-period-start"}},
	"rate-limit": {sections: onRequest, once: true,
		attributes: []string{"calls!", "renewal-period!", "retry-after-header-name", "retry-after-variable-name", "remaining-calls-header-name",
			"remaining-calls-variable-name", "total-calls-header-name"}},
	"quota": {sections: onRequest, once: true, attributes: []string{"calls", "bandwidth", "renewal-period!"}},
}

// literal are attributes that take no expression, as the same pages say.
var literal = map[string][]string{
	"include-fragment":                {"fragment-id"},
	"authentication-managed-identity": {"client-id", "output-token-variable-name"},
	"quota-by-key":                    {"calls", "bandwidth", "renewal-period"},
	"rate-limit":                      {"calls", "renewal-period"},
	"quota":                           {"calls", "bandwidth", "renewal-period"},
	"rate-limit-by-key":               {"retry-after-variable-name"},
	"set-variable":                    {"name"},
}

func (r rule) takes(attribute string) bool {
	return slices.Contains(r.attributes, attribute) || slices.Contains(r.attributes, attribute+"!")
}
