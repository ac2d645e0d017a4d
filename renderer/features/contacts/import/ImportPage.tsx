import { ActionIcon, Alert, Button, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconFileImport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ImportPreview } from '../../../../shared/api/contact-import.ts';
import { useSession } from '../../../app/app-store.ts';
import { call } from '../../../app/bridge.ts';
import { NotFoundPage } from '../../../app/NotFoundPage.tsx';
import { paths } from '../../../app/paths.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { Notice } from '../../../ui/Notice.tsx';
import { creatableTypes } from '../contact-rights.ts';
import classes from '../Contacts.module.css';
import { ImportRun } from './ImportRun.tsx';
import { ImportRunning } from './ImportRunning.tsx';

export function ImportPage() {
  const { role } = useSession().person;
  return creatableTypes(role).length > 0 ? <Import /> : <NotFoundPage />;
}

/** A list from a file: which column is what, what would happen, and then it happens. */
function Import() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [opened, setOpened] = useState<{ preview: ImportPreview; at: number } | null>(null);
  const open = useMutation({
    mutationFn: () => call('contacts.openImport'),
    onSuccess: (preview) => {
      if (preview) setOpened({ preview, at: Date.now() });
    },
    onError: () => setOpened(null),
  });
  // The rows of the file are held until the person leaves.
  useEffect(() => () => void call('contacts.closeImport').catch(() => undefined), []);

  const choose = (
    <Button leftSection={<IconFileImport size={16} aria-hidden />} variant={opened ? 'default' : 'filled'} loading={open.isPending} onClick={() => open.mutate()}>
      {t(opened ? 'contacts.import.another' : 'contacts.import.choose')}
    </Button>
  );
  return (
    <>
      <header className={classes['pageHead']}>
        <Tooltip label={t('contacts.back')}>
          <ActionIcon component={Link} to={paths.contacts} size="lg" aria-label={t('contacts.back')}>
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <div className={classes['heading']}>
          <p className={classes['meta']}>{opened ? t('contacts.import.file', { file: opened.preview.file, form: t(`contacts.import.form.${opened.preview.form}`), count: opened.preview.rows }) : t('contacts.title')}</p>
          <h1 className={classes['pageTitle']}>{t('contacts.import.title')}</h1>
        </div>
        {opened && <div className={classes['headActions']}>{choose}</div>}
      </header>
      <div className={classes['pageScroller']}>
        {open.error && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="alert" title={t('contacts.import.notRead')} mb="md">
            {errorText(open.error)}
          </Alert>
        )}
        {open.isPending && <ImportRunning />}
        {!opened && !open.isPending && (
          <Notice icon={IconFileImport} title={t('contacts.import.emptyTitle')} text={t('contacts.import.emptyText')}>
            {choose}
          </Notice>
        )}
        {opened && !open.isPending && <ImportRun key={opened.at} preview={opened.preview} />}
      </div>
    </>
  );
}
