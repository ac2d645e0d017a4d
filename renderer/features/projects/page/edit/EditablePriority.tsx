import { Menu } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { priorityLevels, type PriorityLevel } from '../../../../../shared/api/projects.ts';
import { PriorityMark } from '../../parts/PriorityMark.tsx';
import { FieldNote, RefusedMark, WaitingMark } from './FieldNote.tsx';
import classes from './Edit.module.css';
import type { Fact } from './use-fact.ts';

export function EditablePriority({ fact }: { fact: Fact<PriorityLevel> }) {
  const { t } = useTranslation();
  if (!fact.canEdit) return <PriorityMark level={fact.value} />;
  const choose = (level: PriorityLevel) => {
    // A failure is shown below; the value stays what it was.
    if (level !== fact.value) fact.save(level).catch(() => undefined);
  };
  return (
    <span className={classes['value']}>
      <Menu position="bottom-start">
        <Menu.Target>
          <button
            type="button"
            className={classes['show']}
            aria-label={`${t('projects.edit.edit', { field: t('values.column.priority_level') })}: ${t(`values.priority.${fact.value}`)}`}
          >
            <PriorityMark level={fact.value} />
            <IconPencil size={14} aria-hidden className={classes['pencil']} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {priorityLevels.map((level) => (
            <Menu.Item
              key={level}
              data-autofocus={level === fact.value || undefined}
              aria-current={level === fact.value || undefined}
              onClick={() => choose(level)}
            >
              <PriorityMark level={level} />
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {fact.waiting && <WaitingMark />}
      {fact.refused && <RefusedMark item={fact.refused} />}
      <FieldNote error={fact.error} saving={fact.saving} />
    </span>
  );
}
