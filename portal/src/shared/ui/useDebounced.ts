import { useEffect, useRef, useState } from 'react'

/** A value once it has rested for so many milliseconds. Equal values, by their JSON, count as one. */
export function useDebounced<T>(value: T, rest: number): T {
  const [settled, setSettled] = useState(value)
  const latest = useRef(value)
  const text = JSON.stringify(value)
  useEffect(() => {
    latest.current = value
  })
  useEffect(() => {
    const timer = setTimeout(() => setSettled(latest.current), rest)
    return () => clearTimeout(timer)
  }, [text, rest])
  return settled
}
