import { autocompletion, closeBrackets, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { searchKeymap } from '@codemirror/search'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import type { JsonSchema } from '@/features/schema-form/schema'
import { suggestionsAt } from './complete'
import type { Mark } from './marks'

// The theme's variables, so that it is dark, light and of high contrast as the page is.
const look = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--colorNeutralBackground1)', color: 'var(--colorNeutralForeground1)', border: '1px solid var(--colorNeutralStroke1)', borderRadius: '4px' },
  '&.cm-focused': { outline: '2px solid var(--colorStrokeFocus2)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--fontFamilyMonospace)', minHeight: '240px', maxHeight: '60vh' },
  '.cm-content': { caretColor: 'var(--colorNeutralForeground1)' },
  '.cm-cursor': { borderLeftColor: 'var(--colorNeutralForeground1)' },
  '.cm-gutters': { backgroundColor: 'var(--colorNeutralBackground2)', color: 'var(--colorNeutralForeground2)', border: 'none' },
  '.cm-tooltip': { backgroundColor: 'var(--colorNeutralBackground1)', color: 'var(--colorNeutralForeground1)', border: '1px solid var(--colorNeutralStroke1)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--colorBrandBackground)', color: 'var(--colorNeutralForegroundOnBrand)' },
  '.cm-completionDetail': { fontStyle: 'normal', color: 'inherit', opacity: '1' },
  '.cm-panels, .cm-panels input, .cm-panels button': { backgroundColor: 'var(--colorNeutralBackground2)', color: 'var(--colorNeutralForeground1)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--colorStatusDangerForeground1)' },
})

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--colorBrandForeground1)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--colorNeutralForeground2)', fontStyle: 'italic' },
  { tag: [tags.bool, tags.number, tags.null, tags.keyword], fontWeight: '600' },
])

interface YamlEditorProps {
  label: string
  text: string
  change: (text: string) => void
  schema: JsonSchema
  marks: Mark[]
}

const suggest = (schema: () => JsonSchema) => (context: CompletionContext): CompletionResult | null => {
  const found = suggestionsAt(schema(), context.state.doc.toString(), context.pos)
  const word = context.matchBefore(/[\w.-]+/)
  if (!found || found.options.length === 0 || (!word && !context.explicit)) return null
  return { from: found.from, options: found.options.map((o) => ({ label: o.label, detail: o.detail, info: o.info || undefined, apply: o.insert, type: 'property' })), validFor: /^[\w.-]*$/ }
}

/** An editor of YAML that knows a schema. Tab leaves it, as it leaves every field; Ctrl+Space suggests. */
export default function YamlEditor({ label, text, change, schema, marks }: YamlEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef({ change, schema })
  const named = useRef(new Compartment())
  useEffect(() => { latest.current = { change, schema } })
  useEffect(() => {
    if (!place.current) return
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(), history(), indentOnInput(), indentUnit.of('  '), bracketMatching(), closeBrackets(), EditorView.lineWrapping, lintGutter(), yaml(), look, syntaxHighlighting(colours),
          autocompletion({ override: [suggest(() => latest.current.schema)], icons: false }),
          keymap.of([...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
          named.current.of(EditorView.contentAttributes.of({ 'aria-label': label })),
          EditorView.updateListener.of((update) => { if (update.docChanged) latest.current.change(update.state.doc.toString()) }),
        ],
      }),
    })
    view.current = made
    return () => made.destroy()
    // The editor is made once; what changes later is told to it below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  useEffect(() => { view.current?.dispatch({ effects: named.current.reconfigure(EditorView.contentAttributes.of({ 'aria-label': label })) }) }, [label])
  useEffect(() => {
    const made = view.current
    if (made && made.state.doc.toString() !== text) made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text } })
  }, [text])
  useEffect(() => {
    const made = view.current
    if (!made) return
    const end = made.state.doc.length
    const diagnostics = marks.map((m): Diagnostic => ({ from: Math.min(m.from, end), to: Math.min(Math.max(m.to, m.from), end), severity: 'error', message: m.message }))
    made.dispatch(setDiagnostics(made.state, diagnostics))
  }, [marks, text])
  return <div ref={place} className="lz-editor" />
}
