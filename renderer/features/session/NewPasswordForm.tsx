import { Button } from '@mantine/core';
import type { SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { NewPasswordFields } from './NewPasswordFields.tsx';
import { SignInProblem } from './SignInProblem.tsx';
import { SlowHint } from './SlowHint.tsx';
import classes from './SignIn.module.css';
import { useNewPassword } from './use-new-password.ts';
import type { SignIn } from './use-sign-in.ts';

/** Replaces a one-time password; the person is signed in with the new one at once. */
export function NewPasswordForm({ signIn }: { signIn: SignIn }) {
  const { t } = useTranslation();
  const { fields, busy, error, submit, stopChoosingPassword } = signIn;
  const entry = useNewPassword({ email: fields.email }, fields.password);

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (entry.check()) submit({ newPassword: entry.password });
  };

  return (
    <form onSubmit={onSubmit} className={classes['form']} noValidate>
      {error && <SignInProblem key={error.code} error={error} signIn={signIn} />}
      <NewPasswordFields entry={entry} autoFocus />
      <Button type="submit" size="md" fullWidth loading={busy !== null}>
        {t('session.newPassword.submit')}
      </Button>
      {busy !== null && <SlowHint />}
      <Button variant="subtle" color="gray" disabled={busy !== null} onClick={stopChoosingPassword}>
        {t('session.newPassword.back')}
      </Button>
    </form>
  );
}
