// Package schedule reads the schedules of timer triggers: NCRONTAB expressions with six fields
//
//	{second} {minute} {hour} {day} {month} {day of week}
//
// or five (the second is then 0), and time spans such as 00:05:00. It holds rules only: no clock, no timer.
//
// Two rules differ from Unix cron. Day and day of week are combined by AND: "0 0 0 13 * 5" fires on a
// Friday the 13th and on no other day. And Sunday is 0, never 7.
package schedule
