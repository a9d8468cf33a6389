// Package tablestore keeps the nouns of internal/platform in Azure Table Storage. It is the only package that knows keys,
// columns, ETags or the SDK. It implements platform.Store; internal/storetest says what that promises.
//
// # Keys
//
// What must change together shares a partition, because a transaction cannot leave one. Each part of a key is escaped
// (keys.go), so that no text can reach into another key.
//
// Table lazuliprojects, PartitionKey = the project's name. Written by Commit alone, but for out|, which Sent deletes too, and
// audit|, which ForgetAudit does. Two scopes of the platform (CATALOG, ACCESS) have partitions like a project.
//
//	RowKey                    what                      written when             read by
//	project                   the project               Commit with PutProject   Project, Projects
//	catalog                   head of the catalog       Commit with Catalog      CatalogHead; in the partition CATALOG alone
//	directory                 head of the directory     Commit with Directory    DirectoryHead; in the partition ACCESS alone
//	usage                     deployments lately        Commit with Usage        Usage
//	env|{name}                an environment            Commit with Environment  Environment, Environments
//	envtype|{type}|{name}     its place by type         Commit with Environment  EnvironmentNames
//	dep|{env}|{id, inverted}  a deployment              Commit with Deployment   Deployment, Deployments (newest first)
//	op|{id}                   an operation              Commit with Operation    Operation, Operations
//	oplist|{time, inv}|{id}   its place in the list     Commit with Operation    Operations (newest first)
//	out|{operation}|{id}      a message to be sent      Commit with Outbox       Outbox; deleted by Sent, or Commit with Sent
//	val|{env}|head            the newest values of env  Commit with PutValues    ValueHead; env is empty for the project's
//	val|{env}|v|{number, inv} a version of them         Commit with PutValues    ValueVersion, ValueVersions (newest first)
//	sub|{name}                a subscription            Commit with Subscription Subscription, Subscriptions
//	audit|{id, inverted}      who changed what          Commit with Audit        AuditEvents; removed by ForgetAudit
//	body|{id}|{digest}|{no.}  a piece of a small body   Commit with Bodies       Body
//
// Table lazuliindex: what is looked for without knowing the project.
//
//	PartitionKey        RowKey          what                           written by                         read by
//	projects            {name}          that a project may exist       Commit, before a new project       Projects
//	op|{id}             operation       the project of an operation    OpenOperation, once                Operation, CloseOperation
//	open                {time}|{id}     the work list of the sweep     OpenOperation; CloseOperation      OpenOperations
//	                                                                   deletes
//	due                 {time}|{project}|{env}  when time has something to do with an environment; PutDue, before the commit that
//	                                            says so; RemoveDue deletes. Read by DueEnvironments
//	audit|{yyyy-mm-dd}  {id, inverted}  where an event of the audit    Commit with Audit and              AuditEvents, ForgetAudit
//	                                    log of that day (UTC) is       RecordRefusal, before the event;
//	                                                                   ForgetAudit deletes
//	deliveries|{project}|{subscription}
//	                    {id, inverted}  an event for a receiver        PutDelivery; ForgetDeliveries      Delivery, Deliveries
//	                                                                   deletes
//	refused|{project}   {id, inverted}  who was refused what there,    RecordRefusal; ForgetAudit         AuditEvents
//	                                    whether it exists or not       deletes
//
// Table lazulibodies: large immutable values, compressed and cut to pieces.
//
//	{project}|{id}|{digest}  {number}  a piece               PutBody, before anything points at it  Body
//
// An index row is written before the row it leads to, so that a crash leaves a pointer to nothing, which readers skip,
// and never a thing that nobody finds.
//
// # Columns
//
// The columns of each kind of row, and who writes each, are in its codec (codec_*.go). Root rows (project, environment,
// deployment, operation, head of values) also have:
//
//	wid    the write that made the row what it is; a ULID made once for each Commit, before its first try
//	trail  the last writes before it, newest first
//
// With these a Commit whose answer was lost finds out whether it took effect: see commit.go.
//
// Every property is typed by hand. Whole numbers are Int64, times are UTC in steps of 100 ns, nothing is a float, and a
// property that is empty is not stored. Text over 32 KiB goes to lazulibodies, and the row keeps a reference to it.
package tablestore
