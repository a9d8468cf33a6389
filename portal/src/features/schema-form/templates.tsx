import { Button, Field, Input } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { ArrowDownRegular } from '@fluentui/react-icons/svg/arrow-down'
import { ArrowUpRegular } from '@fluentui/react-icons/svg/arrow-up'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { ADDITIONAL_PROPERTY_FLAG, canExpand, type ArrayFieldItemTemplateProps, type ArrayFieldTemplateProps, type FieldTemplateProps, type ObjectFieldTemplateProps, type TemplatesType, type WrapIfAdditionalTemplateProps } from '@rjsf/utils'
import { useContext, type ReactNode } from 'react'
import { FormStateContext, PathContext, useFault } from './FormState'
import { pointerOf } from './pointer'
import { isObject } from './schema'

/** Tells the parts within where they stand, and notes that somebody was there. */
function FieldTemplate(props: FieldTemplateProps) {
  const { fieldPathId: { path }, hidden, children } = props
  const { touch } = useContext(FormStateContext)
  if (hidden) return <div hidden>{children}</div>
  return (
    <PathContext value={path}>
      <div onBlur={() => touch(pointerOf(path))}><WrapIfAdditionalTemplate {...props}>{children}</WrapIfAdditionalTemplate></div>
    </PathContext>
  )
}

function Group({ title, description, children }: { title?: string | undefined; description?: string | undefined; children: ReactNode }) {
  const fault = useFault()
  return (
    <fieldset className="lz-fieldset">
      {title && <legend>{title}</legend>}
      {description && <p className="lz-muted">{description}</p>}
      {fault && <p role="alert" className="lz-fault">{fault}</p>}
      {children}
    </fieldset>
  )
}

/** The properties of an object: those of no group first, then each group of x-group. */
function ObjectFieldTemplate({ title, description, properties, schema, uiSchema, formData, onAddProperty, fieldPathId, disabled, readonly }: ObjectFieldTemplateProps) {
  const groupOf = (name: string) => {
    const property = schema.properties?.[name]
    const group = isObject(property) ? property['x-group'] : undefined
    return typeof group === 'string' ? group : ''
  }
  const groups = [...new Set(['', ...properties.map((p) => groupOf(p.name))])]
  const parts = groups.map((group) => {
    const within = properties.filter((p) => groupOf(p.name) === group).map((p) => p.content)
    return group && within.length > 0 ? <Group key={group} title={group}>{within}</Group> : within
  })
  const add = canExpand(schema, uiSchema, formData) && <div><Button size="small" icon={<AddRegular />} disabled={!!disabled || !!readonly} onClick={onAddProperty}>Add to {title || 'it'}</Button></div>
  if (fieldPathId.path.length === 0) return <div className="lz-stack">{parts}{add}</div>
  return <Group title={title} description={typeof description === 'string' ? description : schema.description}>{parts}{add}</Group>
}

function ArrayFieldTemplate({ title, schema, items, canAdd, onAddClick, disabled, readonly }: ArrayFieldTemplateProps) {
  return (
    <Group title={title} description={schema.description}>
      {items}
      {canAdd && <div><Button size="small" icon={<AddRegular />} disabled={!!disabled || !!readonly} onClick={onAddClick}>Add to {title || 'the list'}</Button></div>}
    </Group>
  )
}

function ArrayFieldItemTemplate({ children, buttonsProps: b, index, totalItems }: ArrayFieldItemTemplateProps) {
  const place = `item ${index + 1}`
  return (
    <div className="lz-form-item">
      <div>{children}</div>
      <div className="lz-row">
        {totalItems > 1 && <Button size="small" appearance="subtle" icon={<ArrowUpRegular />} aria-label={`Move ${place} up`} disabled={!b.hasMoveUp} onClick={b.onMoveUpItem} />}
        {totalItems > 1 && <Button size="small" appearance="subtle" icon={<ArrowDownRegular />} aria-label={`Move ${place} down`} disabled={!b.hasMoveDown} onClick={b.onMoveDownItem} />}
        <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={`Remove ${place}`} disabled={!b.hasRemove} onClick={b.onRemoveItem} />
      </div>
    </div>
  )
}

/** A property whose name a person chose has the name beside its value. */
function WrapIfAdditionalTemplate({ schema, label, children, onKeyRenameBlur, onRemoveProperty, disabled, readonly }: WrapIfAdditionalTemplateProps) {
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) return children
  return (
    <div className="lz-form-item">
      <Field label="Name"><Input key={label} defaultValue={label} disabled={!!disabled || !!readonly} onBlur={onKeyRenameBlur} /></Field>
      <div>{children}</div>
      <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={`Remove ${label}`} disabled={!!disabled || !!readonly} onClick={onRemoveProperty} />
    </div>
  )
}

export const templates: Partial<Omit<TemplatesType, 'ButtonTemplates'>> = { FieldTemplate, ObjectFieldTemplate, ArrayFieldTemplate, ArrayFieldItemTemplate, WrapIfAdditionalTemplate, ErrorListTemplate: () => null }
