import { expect, test } from 'vitest'
import { htmlOf } from './Markdown'

test('headings go on where the page’s own end', () => {
  expect(htmlOf('## A\n\n### B')).toBe('<h3>A</h3>\n<h4>B</h4>\n')
  expect(htmlOf('# A\n\n###### B')).toBe('<h3>A</h3>\n<h6>B</h6>\n')
})

test('nothing of a text can be run or fetched', () => {
  for (const text of ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '[a](javascript:alert(1))', '![a](https://x.example/a.png)', '[a](data:text/html,x)', '<a href="https://x.example" onclick="x()">a</a>', '```\n<b>\n```', '[a](https://x.example/"onmouseover="alert(1))']) {
    const made = document.createElement('div')
    made.innerHTML = htmlOf(text)
    expect(made.querySelector('script, img, iframe, b, [onerror], [onclick], [onmouseover]'), text).toBeNull()
    for (const a of made.querySelectorAll('a')) expect(a.getAttribute('href')).toMatch(/^https:/)
  }
})

test('a table can be reached by keyboard', () => {
  expect(htmlOf('| a |\n|---|\n| b |')).toContain('<div class="lz-table-wrap" tabindex="0" role="region" aria-label="Table"><table class="lz-table">')
})
