import { Button, NativeSelect, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { DateInput } from '../../ui/dates.ts';
import { useMutation } from '@tanstack/react-query';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { priorityLevels } from '../../../shared/api/projects.ts';
import type { AttentionItem } from '../../../shared/api/sync.ts';
import { readAmount } from '../../../shared/domain/decimal-input.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { useColumnName } from '../../ui/value-text.ts';
import { currencies } from '../projects/currencies.ts';
import { CustomerField, OwnerField } from './AttentionChoices.tsx';
import classes from './Sync.module.css';

interface Props {
  item: AttentionItem;
  close: () => void;
  sent: () => void;
}

type Value = string | string[] | null;
type Draft = Record<string, Value>;

/** Of a customer or an owner the name is shown, and the value that was refused stays as long as no other is chosen. */
const chosenById: readonly string[] = ['customer_id', 'assigned_to'];

const draftOf = ({ columns }: AttentionItem): Draft =>
  Object.fromEntries(columns.filter(({ name }) => !chosenById.includes(name)).map(({ name, mine }) => [name, valueOf(mine)]));

function valueOf(value: unknown): Value {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string');
  return typeof value === 'string' ? value : null;
}

const textOf = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null);

/** The amount as it was typed, in the Vietnamese or the English form; undefined where it is none. */
function amountOf(draft: Draft): string | null | undefined {
  const typed = textOf(draft['estimated_value'])?.trim() ?? '';
  return typed === '' ? null : (readAmount(typed) ?? undefined);
}

/** What is sent of it; null where a value can't be read. */
function patchOf(draft: Draft): Draft | null {
  if (!Object.hasOwn(draft, 'estimated_value')) return draft;
  const amount = amountOf(draft);
  return amount === undefined ? null : { ...draft, estimated_value: amount };
}

/** The refused values as fields, to be changed where they stand and sent again. */
export function AttentionEditor({ item, close, sent }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [draft, setDraft] = useState<Draft>(() => draftOf(item));
  const patch = patchOf(draft);
  const send = useMutation({
    mutationFn: (values: Draft) => call('sync.editAttention', { id: item.id, patch: values }),
    onSuccess: sent,
  });
  return (
    <form
      className={classes['editor']}
      onSubmit={(event) => {
        event.preventDefault();
        if (patch) send.mutate(patch);
      }}
    >
      {item.columns.map(({ name, mine }, index) => (
        <Field
          key={name}
          column={name}
          autoFocus={index === 0}
          refused={mine}
          value={draft[name] ?? null}
          invalid={name === 'estimated_value' && patch === null}
          onChange={(value) => setDraft((before) => ({ ...before, [name]: value }))}
          close={close}
        />
      ))}
      {send.error && (
        <p className={classes['problem']} role="alert">
          {errorText(send.error)}
        </p>
      )}
      <div className={classes['actions']}>
        <Button type="submit">{t('sync.attentionList.send')}</Button>
        <Button variant="default" onClick={close}>
          {t('app.actions.cancel')}
        </Button>
      </div>
    </form>
  );
}

interface FieldProps {
  column: string;
  autoFocus: boolean;
  /** What the centre would not take, with names in the place of ids. */
  refused: unknown;
  value: Value;
  invalid: boolean;
  onChange: (value: Value) => void;
  close: () => void;
}

function Field({ column, autoFocus, refused, value: given, invalid, onChange, close }: FieldProps) {
  const { t } = useTranslation();
  const value = textOf(given);
  const field = { label: useColumnName()(column), autoFocus };
  // In texts alone: in the others Escape closes a list or a calendar.
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    // Both keys also end the composition of a Vietnamese syllable; then they are not ours.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
  };
  switch (column) {
    case 'priority_level':
      return (
        <Select
          {...field}
          allowDeselect={false}
          data={priorityLevels.map((level) => ({ value: level, label: t(`values.priority.${level}`) }))}
          value={value}
          onChange={onChange}
        />
      );
    case 'estimated_delivery_date':
      return (
        <DateInput
          {...field}
          valueFormat="DD/MM/YYYY"
          clearable
          clearButtonProps={{ 'aria-label': t('projects.edit.clear', { field: field.label }) }}
          ariaLabels={{
            previousMonth: t('projects.edit.calendar.previousMonth'),
            nextMonth: t('projects.edit.calendar.nextMonth'),
            previousYear: t('projects.edit.calendar.previousYear'),
            nextYear: t('projects.edit.calendar.nextYear'),
            previousDecade: t('projects.edit.calendar.previousDecade'),
            nextDecade: t('projects.edit.calendar.nextDecade'),
          }}
          value={value}
          onChange={onChange}
        />
      );
    case 'customer_id':
      return <CustomerField {...field} refused={refused} value={value} onChange={onChange} />;
    case 'assigned_to':
      return <OwnerField {...field} refused={refused} value={value} onChange={onChange} />;
    case 'estimated_value':
      return (
        <TextInput
          {...field}
          inputMode="decimal"
          maxLength={40}
          value={value ?? ''}
          error={invalid ? t('project.money.invalid') : null}
          description={t('project.money.hint')}
          onKeyDown={onKeyDown}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'currency':
      return (
        <NativeSelect
          {...field}
          data={[...new Set([...(value ? [value] : []), ...currencies])]}
          value={value ?? ''}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'tags':
      return <TagsInput {...field} maxTags={50} value={Array.isArray(given) ? given : []} onChange={onChange} />;
    case 'title':
      return (
        <TextInput
          {...field}
          required
          maxLength={500}
          value={value ?? ''}
          description={t('sync.attentionList.hintLine')}
          onKeyDown={onKeyDown}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return (
        <Textarea
          {...field}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={20_000}
          value={value ?? ''}
          description={t('sync.attentionList.hintText')}
          onKeyDown={onKeyDown}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
