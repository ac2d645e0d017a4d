import { Button } from '@mantine/core';
import { IconFolderSearch } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Files.module.css';

/** Files that the backup of the old system did not hold, and the way to bring them. */
export function MissingSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const { data } = useQuery(query('files.missing'));
  const attach = useMutation({
    mutationFn: () => call('files.reattach'),
    onError: (error) => notifyFailure(t('files.missing.title'), errorText(error)),
  });
  const result = attach.data;
  if (!data || (data.documents === 0 && !result)) return null;
  return (
    <section className={classes['section']} aria-labelledby="files-missing">
      <h2 id="files-missing">{t('files.missing.title')}</h2>
      <p>{t('files.missing.text', { count: data.documents, number: format.number(data.documents) })}</p>
      {data.may_attach ? (
        <>
          <p className={classes['muted']}>{t('files.missing.how')}</p>
          <Button
            variant="default"
            loading={attach.isPending}
            leftSection={<IconFolderSearch size={16} aria-hidden />}
            onClick={() => attach.mutate()}
            className={classes['left']}
          >
            {t('files.missing.choose')}
          </Button>
        </>
      ) : (
        <p className={classes['muted']}>{t('files.missing.askManager')}</p>
      )}
      {result && (
        <div role="status">
          <p>
            {t('files.missing.result', {
              searched: format.number(result.searched),
              attached: format.number(result.attached.length),
              missing: format.number(result.missing),
            })}
          </p>
          {result.different.length > 0 && (
            <>
              <p className={classes['problem']}>{t('files.missing.different')}</p>
              <ul className={classes['names']}>
                {result.different.map(({ file_name, title }) => (
                  <li key={`${file_name} ${title}`}>
                    {file_name} ({title})
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </section>
  );
}
