// Package amqp writes and reads the bytes of AMQP 1.0 (ISO/IEC 19464): values, frames, the performatives that
// peers exchange, and the sections of a message. It holds no connection and no state; package link does.
//
// A value is a plain Go value; its dynamic type is one of this table, and each AMQP type has exactly one:
//
//	null        nil           boolean   bool       string   string       uuid       UUID
//	ubyte       uint8         byte      int8       symbol   Symbol       timestamp  Timestamp
//	ushort      uint16        short     int16      binary   []byte       char       Char
//	uint        uint32        int       int32      list     List         decimals   Decimal
//	ulong       uint64        long      int64      map      Map          array      Array
//	float       float32       double    float64    described Described
//
// So what was decoded is encoded again with the same types and the same order, which is what lets a broker rewrite
// one section of a message and leave its neighbours as they were sent.
//
// Everything here reads bytes from the network: no input makes it panic, nesting is bounded, and a count is believed
// only as far as the bytes behind it reach.
package amqp
