import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { useErrorText } from '../../ui/error-text.ts';
import classes from './Drive.module.css';

/** Linked documents whose file lies in the trash or is out of this person's reach. */
export function Troubles() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const { data: troubles = [] } = useQuery(query('drive.troubles', { check: false }));
  const check = useMutation({
    mutationFn: () => call('drive.troubles', { check: true }),
    onSuccess: (found) => client.setQueryData(query('drive.troubles', { check: false }).queryKey, found),
  });
  return (
    <section className={classes['troubles']} aria-label={t('drive.troubles.title')}>
      <h2 className={classes['subtitle']}>{t('drive.troubles.title')}</h2>
      {troubles.length === 0 ? (
        <p className={classes['muted']}>{t('drive.troubles.none')}</p>
      ) : (
        <ul className={classes['list']}>
          {troubles.map(({ document_id, title, kind }) => (
            <li key={document_id}>
              {title} – {t(`drive.troubles.kind.${kind}`)}
            </li>
          ))}
        </ul>
      )}
      {check.error && (
        <p role="alert" className={classes['problem']}>
          {errorText(check.error)}
        </p>
      )}
      <div>
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          {t('drive.troubles.check')}
        </Button>
      </div>
    </section>
  );
}
