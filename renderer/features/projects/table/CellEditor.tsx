import { Select, TagsInput, TextInput } from '@mantine/core';
import { DateInput } from '../../../ui/dates.ts';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListColumn, ListPatch, ListRow } from '../../../../shared/api/lists.ts';
import { priorityLevels } from '../../../../shared/api/projects.ts';
import { foldText } from '../../../../shared/domain/fold-text.ts';
import { query } from '../../../app/queries.ts';
import { useListChoices } from '../use-list-choices.ts';
import { columnLabels } from './columns.tsx';
import { readDay } from './editing.ts';
import { useEditRow } from './use-edit-row.ts';

interface Props {
  row: ListRow;
  column: ListColumn;
  /** Ends editing, saved or not. */
  done: () => void;
}

interface EditorProps extends Props {
  label: string;
  save: (patch: ListPatch) => void;
  onEscape: (event: KeyboardEvent) => void;
}

/** Edits one cell in its place. Enter or leaving it saves, Escape does not. */
export function CellEditor({ row, column, done }: Props) {
  const { t } = useTranslation();
  const edit = useEditRow();
  const ended = useRef(false);
  const end = () => {
    ended.current = true;
    done();
  };
  const save = (patch: ListPatch) => {
    // Leaving the field follows whatever ended it.
    if (ended.current) return;
    end();
    void edit(row, column, patch);
  };
  const onEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape') end();
  };
  const place = useRef<HTMLDivElement>(null);
  // Not every field of the kit takes the focus by itself.
  useEffect(() => place.current?.querySelector('input')?.focus(), []);
  const Editor = editors[column];
  return (
    // Keys in a field are the field's, not the grid's.
    <div ref={place} onKeyDown={(event) => event.stopPropagation()}>
      {Editor && <Editor row={row} column={column} done={end} label={t(columnLabels[column])} save={save} onEscape={onEscape} />}
    </div>
  );
}

function TitleEditor({ row, label, save, done, onEscape }: EditorProps) {
  const [text, setText] = useState(row.title);
  const commit = () => (text.trim() === '' || text.trim() === row.title ? done() : save({ title: text }));
  return (
    <TextInput
      aria-label={label}
      autoFocus
      maxLength={500}
      value={text}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        onEscape(event);
        // Enter also ends the composition of a Vietnamese syllable; then it is not ours.
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) commit();
      }}
    />
  );
}

function PriorityEditor({ row, label, save, done, onEscape }: EditorProps) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      autoFocus
      defaultDropdownOpened
      allowDeselect={false}
      data={[...priorityLevels].reverse().map((value) => ({ value, label: t(`values.priority.${value}`) }))}
      value={row.priority_level}
      onOptionSubmit={(value) => {
        const level = priorityLevels.find((one) => one === value);
        if (level && level !== row.priority_level) save({ priority_level: level });
        else done();
      }}
      onBlur={done}
      onKeyDown={onEscape}
    />
  );
}

const nobody = '';

function OwnerEditor({ row, label, save, done, onEscape }: EditorProps) {
  const { t } = useTranslation();
  const { people } = useListChoices();
  return (
    <Select
      aria-label={label}
      autoFocus
      defaultDropdownOpened
      searchable
      allowDeselect={false}
      nothingFoundMessage={t('lists.filter.nothing')}
      filter={({ options, search }) =>
        options.filter((option) => 'label' in option && foldText(option.label).includes(foldText(search.trim())))
      }
      data={[
        { value: nobody, label: t('lists.filter.noOwner') },
        ...people.filter(({ id, assignable }) => assignable || id === row.assigned_to).map(({ id, name }) => ({ value: id, label: name })),
      ]}
      value={row.assigned_to ?? nobody}
      onOptionSubmit={(value) => (value === (row.assigned_to ?? nobody) ? done() : save({ assigned_to: value === nobody ? null : value }))}
      onBlur={done}
      onKeyDown={onEscape}
    />
  );
}

function DueEditor({ row, label, save, done, onEscape }: EditorProps) {
  const { t } = useTranslation();
  const [day, setDay] = useState<string | null>(row.estimated_delivery_date);
  const commit = (chosen: string | null) => (chosen === row.estimated_delivery_date ? done() : save({ estimated_delivery_date: chosen }));
  return (
    <DateInput
      aria-label={label}
      autoFocus
      valueFormat="DD/MM/YYYY"
      dateParser={readDay}
      clearable
      clearButtonProps={{ 'aria-label': t('projects.edit.clear', { field: label }) }}
      ariaLabels={{
        previousMonth: t('projects.edit.calendar.previousMonth'),
        nextMonth: t('projects.edit.calendar.nextMonth'),
        previousYear: t('projects.edit.calendar.previousYear'),
        nextYear: t('projects.edit.calendar.nextYear'),
        previousDecade: t('projects.edit.calendar.previousDecade'),
        nextDecade: t('projects.edit.calendar.nextDecade'),
      }}
      value={day}
      onChange={setDay}
      onBlur={() => commit(day)}
      onKeyDown={(event) => {
        onEscape(event);
        if (event.key !== 'Enter') return;
        // What was typed is read when the field is left; here it is read now.
        const typed = readDay(event.currentTarget.value);
        commit(event.currentTarget.value.trim() === '' ? null : (typed ?? day));
      }}
    />
  );
}

function TagsEditor({ row, label, save, done, onEscape }: EditorProps) {
  const { t } = useTranslation();
  const { data: known } = useQuery(query('lists.tags'));
  const [tags, setTags] = useState(row.tags);
  const commit = () => (JSON.stringify(tags) === JSON.stringify(row.tags) ? done() : save({ tags }));
  return (
    <TagsInput
      aria-label={label}
      autoFocus
      placeholder={t('lists.edit.tagHint')}
      data={known ?? []}
      maxTags={50}
      value={tags}
      onChange={setTags}
      onBlur={commit}
      onKeyDown={(event) => {
        onEscape(event);
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || event.currentTarget.value === '')) commit();
      }}
    />
  );
}

const editors: Partial<Record<ListColumn, (props: EditorProps) => ReactNode>> = {
  title: TitleEditor,
  priority_level: PriorityEditor,
  assigned_name: OwnerEditor,
  estimated_delivery_date: DueEditor,
  tags: TagsEditor,
};
