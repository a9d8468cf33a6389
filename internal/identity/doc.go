// Package identity tells who sends a request: it verifies access tokens of Entra ID or of any other OpenID Connect
// issuer, such as the one that lazuli up runs.
//
// A Verifier checks the signature (RS256 alone), the exact issuer and audience, the times with a small leeway, the
// tenant where one is configured, and that the token is an access token at all: an ID token proves a sign-in to some
// client, it is no permission to call us. What it returns is what the issuer says of the caller; what the caller may
// do is decided elsewhere.
//
// # Groups
//
// Groups come from the groups claim, for issuers that are told to write it. A person in more groups than fit is marked
// by _claim_names or hasgroups instead; the verifier follows no such pointer (it would need a permission to read the
// directory, and a request to an address that a token names), it says GroupsOmitted. Whoever decides by groups must
// then refuse with that reason; assigning groups to app roles at the issuer has no such limit.
//
// # Two audiences
//
// A service behind a gateway verifies two tokens for one request: the gateway's own, which proves the way the request
// took, and the person's. For makes the verifier of the second audience; it shares the keys.
//
// # Keys
//
// Nothing is fetched until the first token arrives, because the issuer may start after us. Then the issuer's discovery
// document names the key set. A token whose key is not known makes us look again, for that is how key rotation
// shows; since anybody can invent key ids, such looks are limited (unknownKeyBurst, unknownKeyEvery), and while the
// issuer is down it is asked at most once a second. There is no goroutine in the background: a fetch belongs to the
// request that needs it, others wait for its outcome, and all of them obey their contexts.
//
// # Refusals
//
// Every refusal is an *Error with a Code that programs test (errors.Is(err, identity.Expired)) and a sentence for the
// person. Only KeysUnavailable is not the caller's fault: answer it with 503, everything else with 401.
package identity
