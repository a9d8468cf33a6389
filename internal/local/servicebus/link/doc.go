// Package link is the server's end of AMQP 1.0 connections: it greets a client, keeps its sessions and links, moves
// whole messages in and out within the windows and credits of both sides, and knows nothing of queues.
//
// [Serve] runs one connection. For every link that the client wants it asks the [Handler], which answers with the
// [Hooks] that the link will call, and then, at once or later and from any goroutine, accepts or refuses it.
//
// Two goroutines serve a connection. The reader takes frames one after another and calls the hooks, so hooks of one
// connection never run at the same time. The writer sends what has been put into the output buffer and the keepalives
// in between. All state is behind the connection's one mutex, which is never held while a hook runs; a hook, and any
// goroutine of the handler, may therefore call the methods of a [Link], none of which waits for the network.
//
// What bounds memory: a client may have maxUnsettled messages on a link that were not answered, a message may be as
// large as the link's terms say, and no more transfers are written into the output buffer while it holds maxBuffered
// bytes that the client has not read.
package link
