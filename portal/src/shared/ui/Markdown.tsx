import DOMPurify from 'dompurify'
import { Marked, type Tokens } from 'marked'
import { useMemo } from 'react'

const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

// HTML is shown as text, and pictures as their words: the text comes from strangers, and nothing of it is fetched.
const marked = new Marked({
  async: false, gfm: true,
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ text }) => escaped(text),
    heading({ tokens, depth }) {
      const level = Math.min(depth, 6)
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`
    },
    code: ({ text }) => `<pre class="lz-code" tabindex="0"><code>${escaped(text)}</code></pre>\n`,
    table(token) {
      const row = (cells: typeof token.header, tag: 'th' | 'td') => `<tr>${cells.map((c) => `<${tag}>${this.parser.parseInline(c.tokens)}</${tag}>`).join('')}</tr>`
      return `<div class="lz-table-wrap" tabindex="0" role="region" aria-label="Table"><table class="lz-table"><thead>${row(token.header, 'th')}</thead><tbody>${token.rows.map((r) => row(r, 'td')).join('')}</tbody></table></div>\n`
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      return /^(https?:|mailto:)/i.test(href) ? `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer">${text}</a>` : text
    },
  },
})

const allowed = {
  ALLOWED_TAGS: ['h3', 'h4', 'h5', 'h6', 'p', 'ul', 'ol', 'li', 'pre', 'code', 'em', 'strong', 'del', 'blockquote', 'hr', 'br', 'div', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a'],
  ALLOWED_ATTR: ['href', 'target', 'rel', 'class', 'tabindex', 'start', 'role', 'aria-label'], ALLOWED_URI_REGEXP: /^(https?:|mailto:)/i, ADD_URI_SAFE_ATTR: ['target', 'rel', 'class', 'tabindex', 'start', 'role', 'aria-label'],
}

/** A page has one first heading, and its parts have the second: whatever a text begins with becomes the third. */
const firstLevel = 3

export function htmlOf(markdown: string): string {
  const tokens = marked.lexer(markdown)
  const headings = tokens.filter((t): t is Tokens.Heading => t.type === 'heading')
  const shift = firstLevel - Math.min(...headings.map((h) => h.depth))
  for (const h of headings) h.depth += shift
  return DOMPurify.sanitize(marked.parser(tokens), allowed)
}

/** A text in Markdown, drawn. */
export default function Markdown({ text }: { text: string }) {
  const html = useMemo(() => htmlOf(text), [text])
  return <div className="lz-markdown" dangerouslySetInnerHTML={{ __html: html }} />
}
