import { Menu } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { FieldNote, RefusedMark, WaitingMark } from '../projects/page/edit/FieldNote.tsx';
import type { Fact } from '../projects/page/edit/use-fact.ts';
import classes from './Documents.module.css';

interface Props<Value extends string | null> {
  fact: Fact<Value>;
  name: string;
  choices: readonly NonNullable<Value>[];
  textOf: (value: Value) => string;
  /** What choosing it means. */
  noteOf?: (value: NonNullable<Value>) => string;
}

/** One of few values, chosen from a menu. */
export function FactMenu<Value extends string | null>({ fact, name, choices, textOf, noteOf }: Props<Value>) {
  const { t } = useTranslation();
  if (!fact.canEdit) return <span>{textOf(fact.value)}</span>;
  const choose = (value: NonNullable<Value>) => {
    // A failure is shown below; the value stays what it was.
    if (value !== fact.value) fact.save(value).catch(() => undefined);
  };
  return (
    <>
      <Menu position="bottom-start" width={noteOf ? 320 : undefined}>
        <Menu.Target>
          <button type="button" className={classes['choose']} aria-label={`${t('projects.edit.edit', { field: name })}: ${textOf(fact.value)}`}>
            {textOf(fact.value)}
            <IconPencil size={14} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {choices.map((value) => (
            <Menu.Item
              key={value}
              data-autofocus={value === fact.value || undefined}
              aria-current={value === fact.value || undefined}
              onClick={() => choose(value)}
            >
              {textOf(value)}
              {noteOf && <span className={classes['menuNote']}>{noteOf(value)}</span>}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {fact.waiting && <WaitingMark />}
      {fact.refused && <RefusedMark item={fact.refused} />}
      <FieldNote error={fact.error} saving={fact.saving} />
    </>
  );
}
