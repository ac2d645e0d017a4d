import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { foldText } from '../../../../shared/domain/fold-text.ts';
import classes from './Filter.module.css';

export interface Choice {
  value: string;
  label: string;
}

interface Props {
  label: string;
  choices: readonly Choice[];
  chosen: readonly string[];
  change: (chosen: string[]) => void;
}

const SEARCHED_FROM = 9;
const SHOWN = 60;

/** Any number of a column's values; long lists are found by typing part of a name, with or without diacritics. */
export function ChoiceList({ label, choices, chosen, change }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const wanted = foldText(search.trim());
  const found = wanted === '' ? choices : choices.filter((choice) => foldText(choice.label).includes(wanted));
  // What is chosen stays in sight, whatever is typed.
  const shown = [...choices.filter(({ value }) => chosen.includes(value)), ...found.filter(({ value }) => !chosen.includes(value))].slice(0, SHOWN);
  return (
    <div className={classes['list']}>
      {choices.length >= SEARCHED_FROM && (
        <TextInput
          aria-label={t('lists.filter.find', { column: label })}
          placeholder={t('lists.filter.find', { column: label })}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <Checkbox.Group aria-label={label} value={[...chosen]} onChange={change}>
        <div className={classes['choices']}>
          {shown.map(({ value, label: text }) => (
            <Checkbox key={value} value={value} label={text} />
          ))}
          {shown.length === 0 && <p className={classes['nothing']}>{t('lists.filter.nothing')}</p>}
          {found.length > SHOWN && <p className={classes['nothing']}>{t('lists.filter.more', { count: found.length - SHOWN })}</p>}
        </div>
      </Checkbox.Group>
      {chosen.length > 0 && (
        <Button variant="subtle" onClick={() => change([])}>
          {t('lists.filter.clearOne', { column: label })}
        </Button>
      )}
    </div>
  );
}
