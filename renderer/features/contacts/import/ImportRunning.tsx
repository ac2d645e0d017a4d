import { Button, Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../../app/bridge.ts';
import { useFormat } from '../../../ui/use-format.ts';
import classes from '../Contacts.module.css';

const ASK_MS = 200;

/** How far reading, checking or importing has come, and the way to stop it. */
export function ImportRunning() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ['contacts.importProgress'],
    queryFn: () => call('contacts.importProgress'),
    refetchInterval: ASK_MS,
    gcTime: 0,
  });
  const share = data?.total ? data.rows / data.total : null;
  return (
    <div className={classes['note']}>
      <p role="status">
        {t(`contacts.import.step.${data?.step ?? 'read'}`)}
        {data?.total && ` ${t('contacts.import.progress', { rows: format.number(data.rows), total: format.number(data.total) })}`}
      </p>
      <Progress value={share === null ? 100 : share * 100} animated={share === null} my="xs" aria-label={t('contacts.import.title')} />
      <Button variant="default" onClick={() => void call('contacts.cancelImport').catch(() => undefined)}>
        {t('contacts.import.stop')}
      </Button>
    </div>
  );
}
