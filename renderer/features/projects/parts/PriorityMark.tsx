import { IconChevronDown, IconChevronsUp, IconChevronUp, IconMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PriorityLevel } from '../../../../shared/api/projects.ts';
import classes from './parts.module.css';

const icons = { low: IconChevronDown, medium: IconMinus, high: IconChevronUp, critical: IconChevronsUp };

export function PriorityMark({ level }: { level: PriorityLevel }) {
  const { t } = useTranslation();
  // People outside get no priorities: the column is empty on their machine.
  if (!Object.hasOwn(icons, level)) return null;
  const Icon = icons[level];
  return (
    <span className={classes['priority']} data-level={level}>
      <Icon size={14} stroke={2.2} aria-hidden />
      {t(`values.priority.${level}`)}
    </span>
  );
}
