import { IconAlertTriangle, IconArrowsSplit2, IconClockUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RecordState } from '../../../../shared/api/projects.ts';
import classes from './parts.module.css';

/** How a record stands towards the centre; nothing where both agree. */
export function SyncMarks({ sync }: { sync: RecordState }) {
  const { t } = useTranslation();
  const marks = [
    { count: sync.attention, kind: 'refused', Icon: IconAlertTriangle },
    { count: sync.conflicts, kind: 'conflict', Icon: IconArrowsSplit2 },
    { count: sync.pending, kind: 'waiting', Icon: IconClockUp },
  ] as const;
  return marks
    .filter(({ count }) => count > 0)
    .map(({ count, kind, Icon }) => {
      const text = t(`projects.sync.${kind}`, { count });
      return (
        <span key={kind} className={classes['sync']} data-kind={kind} role="img" aria-label={text} title={text}>
          <Icon size={15} aria-hidden />
        </span>
      );
    });
}
