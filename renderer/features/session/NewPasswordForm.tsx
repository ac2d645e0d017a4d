import { Button, PasswordInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { NEW_PASSWORD_MIN } from '../../../shared/api/session.ts';
import { SignInProblem } from './SignInProblem.tsx';
import { SlowHint } from './SlowHint.tsx';
import classes from './SignIn.module.css';
import type { SignIn } from './use-sign-in.ts';

const MAX_LENGTH = 1024;

/** Replaces a one-time password; the person is signed in with the new one at once. */
export function NewPasswordForm({ signIn }: { signIn: SignIn }) {
  const { t } = useTranslation();
  const { fields, busy, error, submit, stopChoosingPassword } = signIn;
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [submitted, setSubmitted] = useState(false);

  const problem =
    password.length < NEW_PASSWORD_MIN
      ? t('session.newPassword.tooShort', { min: NEW_PASSWORD_MIN, length: password.length })
      : password === fields.password && t('session.newPassword.sameAsOneTime');
  const differs = repeated !== password;

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSubmitted(true);
    if (!problem && !differs) submit({ newPassword: password });
  };

  return (
    <form onSubmit={onSubmit} className={classes['form']} noValidate>
      {error && <SignInProblem key={error.code} error={error} signIn={signIn} />}
      <PasswordInput
        label={t('session.newPassword.password')}
        description={t('session.newPassword.rule', { min: NEW_PASSWORD_MIN })}
        autoComplete="new-password"
        autoFocus
        maxLength={MAX_LENGTH}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={submitted && problem}
      />
      <PasswordInput
        label={t('session.newPassword.repeat')}
        autoComplete="new-password"
        maxLength={MAX_LENGTH}
        value={repeated}
        onChange={(event) => setRepeated(event.currentTarget.value)}
        error={submitted && !problem && differs && t('session.newPassword.notRepeated')}
      />
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
