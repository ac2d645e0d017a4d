import { IconAlertTriangle, IconArrowsSplit2, IconClockUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RecordState } from '../../../../shared/api/projects.ts';
import classes from './parts.module.css';

/** How a record stands towards the centre; nothing where both agree. */
export function SyncMarks({ sync }: { sync: RecordState }) {
  const { t } = useTranslation();
  const marks = [
    { shown: sync.attention > 0, kind: 'refused', Icon: IconAlertTriangle },
    { shown: sync.conflicts > 0, kind: 'conflict', Icon: IconArrowsSplit2 },
    { shown: sync.pending > 0, kind: 'waiting', Icon: IconClockUp },
  ] as const;
  return marks
    .filter(({ shown }) => shown)
    .map(({ kind, Icon }) => (
      <span
        key={kind}
        className={classes['sync']}
        data-kind={kind}
        role="img"
        aria-label={t(`projects.sync.${kind}`)}
        title={t(`projects.sync.${kind}`)}
      >
        <Icon size={15} aria-hidden />
      </span>
    ));
}
