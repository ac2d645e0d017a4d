import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useMutation } from '@tanstack/react-query';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { priorityLevels } from '../../../shared/api/projects.ts';
import type { AttentionItem } from '../../../shared/api/sync.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { useColumnName } from '../../ui/value-text.ts';
import classes from './Sync.module.css';

interface Props {
  item: AttentionItem;
  close: () => void;
  sent: () => void;
}

type Draft = Record<string, string | null>;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The refused values as fields, to be changed where they stand and sent again. */
export function AttentionEditor({ item, close, sent }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [draft, setDraft] = useState<Draft>(() => Object.fromEntries(item.columns.map(({ name, mine }) => [name, textOf(mine)])));
  const send = useMutation({
    mutationFn: () => call('sync.editAttention', { id: item.id, patch: draft }),
    onSuccess: sent,
  });
  return (
    <form
      className={classes['editor']}
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      {item.columns.map(({ name }, index) => (
        <Field
          key={name}
          column={name}
          autoFocus={index === 0}
          value={draft[name] ?? null}
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
  value: string | null;
  onChange: (value: string | null) => void;
  close: () => void;
}

function Field({ column, autoFocus, value, onChange, close }: FieldProps) {
  const { t } = useTranslation();
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
