// Package webhook delivers a message to an address that a person typed, without lending him the place of the platform in the
// network. Event subscriptions use it.
//
// # What is promised
//
// A Sender speaks https alone, to hosts on its allow-list alone, and to public addresses alone: not to private, loopback,
// link-local (the metadata service of a virtual machine), shared (CGNAT), multicast, unspecified, documentation or other
// special addresses, nor to any of them in IPv6 clothes (mapped, NAT64, 6to4, Teredo). The address is checked when the socket
// is about to connect, after the name was resolved, so that a name which resolves differently the second time gains nothing.
// It follows no redirect, uses no proxy of the environment, sends nothing but the message, ends within a deadline, and reads
// no more of the answer than a line for the log.
//
// What it does not promise: that the message arrives once. The caller repeats, the receiver goes by the id in the body.
//
// # Signature
//
// Every delivery has the header Lazuli-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">. A receiver calls
// Verify with the body as it came and the secret that he was given; what is older than the tolerance is refused, so that a
// recorded delivery cannot be played again later. Several v1 may stand in a header, while a secret is exchanged.
package webhook
