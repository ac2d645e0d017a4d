import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import classes from './People.module.css';

interface Props {
  name: string;
  email: string;
  password: string;
  close: () => void;
}

/** Shown once; a slip beside the dialog does not close it. */
export function OneTimePassword({ name, email, password, close }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    call('app.copyText', password).then(
      () => setCopied(true),
      (error: unknown) => notifyFailure(t('people.oneTime.copy'), errorText(error)),
    );
  };
  return (
    <Dialog onClose={close} title={t('people.oneTime.title')} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <div className={classes['form']}>
        <p>{t('people.oneTime.text', { name })}</p>
        <dl className={classes['secret']}>
          <dt>{t('people.oneTime.address')}</dt>
          <dd>{email}</dd>
          <dt>{t('people.oneTime.password')}</dt>
          <dd className={classes['password']}>{password}</dd>
        </dl>
        <div className={classes['actions']}>
          <Button
            variant="default"
            data-autofocus
            leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            onClick={copy}
          >
            {t(copied ? 'people.oneTime.copied' : 'people.oneTime.copy')}
          </Button>
          <Button onClick={close}>{t('people.oneTime.done')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
