import { expect, test } from 'vitest'
import { differences } from './differences'

test.each([
  [{ a: [1, 2] }, { a: [1, 3, 4] }, [['a[1]', 2, 3], ['a[2]', undefined, 4]]],
  [{ a: { b: 1 } }, { a: 'text' }, [['a', { b: 1 }, 'text']]],
  [undefined, { a: { b: null } }, [['a.b', undefined, null]]],
  [{ a: {} }, {}, []],
  [undefined, { title: 'Shop' }, [['title', undefined, 'Shop']]],
  [{ title: 'Shop' }, undefined, [['title', 'Shop', undefined]]],
  [{ b: { c: ['x', 'y'] }, same: true }, { b: { c: ['x'] }, same: true, d: null }, [['b.c[1]', 'y', undefined], ['d', undefined, null]]],
  [undefined, undefined, []],
])('%j and %j', (before, after, want) => expect(differences(before, after).map((d) => [d.path, d.before, d.after])).toEqual(want))
