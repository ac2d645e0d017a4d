import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import classes from './Backups.module.css';
import { useInstant } from './use-backups.ts';

/** The passphrase on paper, with what to do with it. It stands in the page and not in a dialog, which is not printed. */
export function RecoverySheet({ passphrase, close }: { passphrase: string; close(): void }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const { organization } = useSession();
  const [at] = useState(() => new Date().toISOString());
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('backups.sheet.title')}</h1>
      </header>
      <div className={classes['scroller']}>
        <div className={classes['sheet']}>
          <p>{t('backups.sheet.lead')}</p>
          <dl className={classes['facts']}>
            <dt>{t('backups.sheet.organization')}</dt>
            <dd>{organization.name}</dd>
            <dt>{t('backups.sheet.made')}</dt>
            <dd>{instant(at)}</dd>
            <dt>{t('backups.sheet.passphrase')}</dt>
            <dd className={classes['secret']}>{passphrase}</dd>
          </dl>
          <h2 className={classes['heading']}>{t('backups.sheet.howTitle')}</h2>
          <ol className={classes['steps']}>
            <li>{t('backups.sheet.how1')}</li>
            <li>{t('backups.sheet.how2')}</li>
            <li>
              <code>{t('backups.sheet.how3')}</code>
            </li>
            <li>{t('backups.sheet.how4')}</li>
          </ol>
          <p>
            <strong>{t('backups.sheet.warning')}</strong>
          </p>
        </div>
        <div className={classes['actions']}>
          <Button leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => void call('window.print')}>
            {t('backups.sheet.print')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('backups.sheet.close')}
          </Button>
        </div>
      </div>
    </>
  );
}
