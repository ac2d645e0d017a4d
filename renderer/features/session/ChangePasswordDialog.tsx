import { Alert, Button, PasswordInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { PASSWORD_MAX } from '../../../shared/domain/password-rules.ts';
import { AppError } from '../../../shared/errors.ts';
import { useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone } from '../../ui/notify.tsx';
import { useOnline } from '../sync/use-online.ts';
import { NewPasswordFields } from './NewPasswordFields.tsx';
import classes from './SignIn.module.css';
import { brokenRuleOf, useNewPassword, usePasswordRuleText } from './use-new-password.ts';

/** A person replaces their own password: the present one first, then the new one twice. */
export function ChangePasswordDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const online = useOnline();
  const [present, setPresent] = useState('');
  const [submitted, setSubmitted] = useState(false);
  const entry = useNewPassword(person, present);
  const change = useMutation({
    mutationFn: () => call('session.changePassword', { password: present, newPassword: entry.password }),
    onSuccess: () => {
      close();
      notifyDone(t('session.changePassword.done'));
    },
  });
  const failureText = useFailureText();

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSubmitted(true);
    if (entry.check() && present !== '') change.mutate();
  };

  return (
    <Dialog onClose={close} title={t('session.changePassword.title')}>
      <form onSubmit={onSubmit} className={classes['form']} noValidate>
        {change.error && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={t('session.changePassword.failed')} role="alert">
            {failureText(change.error)}
          </Alert>
        )}
        {!online && <p className={classes['hint']}>{t('session.changePassword.offline')}</p>}
        <PasswordInput
          label={t('session.changePassword.present')}
          autoComplete="current-password"
          data-autofocus
          maxLength={PASSWORD_MAX}
          value={present}
          onChange={(event) => setPresent(event.currentTarget.value)}
          error={submitted && present === '' && t('session.changePassword.presentRequired')}
        />
        <NewPasswordFields entry={entry} />
        <Button type="submit" fullWidth loading={change.isPending} disabled={!online}>
          {t('session.changePassword.submit')}
        </Button>
      </form>
    </Dialog>
  );
}

function useFailureText(): (error: unknown) => string {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const ruleText = usePasswordRuleText();
  return (error) => {
    const rule = brokenRuleOf(error);
    if (rule) return ruleText(rule);
    const wrong = error instanceof AppError && error.code === 'WRONG_CREDENTIALS';
    return wrong ? t('session.changePassword.presentWrong') : errorText(error);
  };
}
