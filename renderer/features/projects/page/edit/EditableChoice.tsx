import { CloseButton, Select } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FactButton } from './FactButton.tsx';
import { FieldNote, RefusedMark, WaitingMark } from './FieldNote.tsx';
import classes from './Edit.module.css';
import { useFieldFocus } from './use-field-focus.ts';
import type { Fact } from './use-fact.ts';

export interface Choice {
  value: string;
  label: string;
}

interface Props {
  id?: string;
  fact: Fact<string | null>;
  label: string;
  /** The chosen one's name. */
  shown: string | null;
  /** Those that fit what was typed. */
  choices: readonly Choice[];
  onSearch: (search: string) => void;
  nothingFound: string;
}

/** One of many by name, found by typing. */
export function EditableChoice({ id, fact, label, shown, choices, onSearch, nothingFound }: Props) {
  const { t } = useTranslation();
  const { editing, begin, end, button } = useFieldFocus();
  const [search, setSearch] = useState('');
  if (!fact.canEdit) return <span className={shown ? undefined : classes['placeholder']}>{shown ?? t('app.value.none')}</span>;

  const type = (text: string) => {
    setSearch(text);
    onSearch(text);
  };
  const save = (value: string | null, byKey: boolean) => {
    end(byKey);
    // A failure is shown below; the value stays what it was.
    if (value !== fact.value) fact.save(value).catch(() => undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) end(true);
  };

  return (
    <span className={classes['value']}>
      {editing ? (
        <Select
          className={classes['choice'] ?? ''}
          aria-label={label}
          placeholder={shown ?? t('project.choice.search')}
          searchable
          autoFocus
          defaultDropdownOpened
          data={[...choices]}
          // The list holds what fits already, diacritics aside.
          filter={({ options }) => options}
          value={null}
          searchValue={search}
          onSearchChange={type}
          nothingFoundMessage={nothingFound}
          limit={50}
          onKeyDown={onKeyDown}
          onChange={(value) => {
            if (value) save(value, true);
          }}
          onBlur={() => end()}
        />
      ) : (
        <span className={classes['clearable']}>
          <FactButton
            ref={button}
            id={id}
            label={label}
            text={shown}
            onClick={() => {
              fact.reset();
              type('');
              begin();
            }}
          />
          {fact.value !== null && (
            <CloseButton size="sm" flex="none" aria-label={t('projects.edit.clear', { field: label })} onClick={() => save(null, true)} />
          )}
        </span>
      )}
      {fact.waiting && <WaitingMark />}
      {fact.refused && <RefusedMark item={fact.refused} />}
      <FieldNote error={fact.error} saving={fact.saving} />
    </span>
  );
}
