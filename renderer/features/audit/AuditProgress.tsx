import { Button, Progress } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AuditOverview } from '../../../shared/api/audit.ts';
import { Delayed } from '../../ui/Delayed.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Audit.module.css';
import { barOf, searchedShare, type AuditQuestion } from './audit-url.ts';
import type { AuditLog } from './use-audit-log.ts';

interface Props {
  log: AuditLog;
  question: AuditQuestion;
  overview: AuditOverview | undefined;
}

/** How far back a long search has come, and how to stop it; nothing where the answer is there before anybody reads it. */
export function AuditProgress({ log, question, overview }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { reached, searching, stopped } = log;
  if (reached === null || !(searching || stopped)) return null;
  const { newest = null, oldest = null } = overview ?? {};
  const share = newest && oldest ? searchedShare(question, { newest: newest.created_at, oldest: oldest.created_at }, reached) : null;
  const until = format.dateTime(reached);
  const line = (
    <div className={classes['progress']}>
      <span>{t(stopped ? 'audit.progress.stopped' : 'audit.progress.searching', { until })}</span>
      <Progress.Root size="lg" className={classes['bar']}>
        <Progress.Section value={barOf(share ?? 0)} withAria={share !== null} aria-label={t('audit.progress.label')} />
      </Progress.Root>
      {stopped ? (
        <Button variant="default" leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={log.goOn}>
          {t('audit.progress.goOn')}
        </Button>
      ) : (
        <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={log.stop}>
          {t('audit.progress.stop')}
        </Button>
      )}
    </div>
  );
  return stopped ? line : <Delayed ms={500}>{line}</Delayed>;
}
