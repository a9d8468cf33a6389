// Package requests accepts by message what the API accepts by HTTP: the queue requests holds commands of other programs, and the
// answers are events. A command becomes a request to the API's own handler, in this process: so rights, rules, audit and
// repetition are the same, because they are the very same code.
//
// # Who asks
//
// Service Bus does not tell who sent a message. So a command brings a token of its application in the application property
// authorization, as HTTP brings it in a header, and the API verifies it in the same way. It is never logged, stored or answered.
//
// # What is promised
//
// Each command that can be answered is answered, at least once, by request.accepted or request.refused with the command's id as
// correlation. The id is also the Operation-Id: the same command twice is one operation. The answer is sent before the message
// is completed, so a crash between the two does the command again, which finds it done, and answers again. A change
// of values, which has no operation, is found in the version that it made; one of a project that is bound to an ifMatch can be answered
// by PreconditionFailed then.
//
// A command that nobody could answer is completed, with a line in the log. While the platform's own parts do not answer, a
// command waits, and comes again; if it was given up in the end, that is answered too.
package requests
