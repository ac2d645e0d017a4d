import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useEffect, useState, type RefObject, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppStore } from '../../app/app-store.ts';
import { addressProblem } from './server-address.ts';
import { ServerFields } from './ServerFields.tsx';
import { concernsServer } from './sign-in.ts';
import { SessionEnded } from './SessionEnded.tsx';
import { SignInProblem } from './SignInProblem.tsx';
import { SlowHint } from './SlowHint.tsx';
import classes from './SignIn.module.css';
import type { SignIn } from './use-sign-in.ts';

interface Props {
  signIn: SignIn;
  emailField: RefObject<HTMLInputElement | null>;
  passwordField: RefObject<HTMLInputElement | null>;
}

export function SignInForm({ signIn, emailField, passwordField }: Props) {
  const { t } = useTranslation();
  const info = useAppStore((state) => state.info);
  const ended = useAppStore((state) => state.ended);
  const { fields, change, busy, error, submit } = signIn;
  const [submitted, setSubmitted] = useState(false);
  const [serverShown, setServerShown] = useState(!fields.serverUrl);

  const emailMissing = !fields.email.trim();
  const passwordMissing = !fields.password;
  const serverWrong = addressProblem(fields.serverUrl) !== null;
  const serverOpen = serverShown || (submitted && serverWrong) || (error !== null && concernsServer(error.code));

  // The button that was pressed is shut meanwhile; what has to be typed again is ready for it.
  useEffect(() => {
    if (error?.code !== 'WRONG_CREDENTIALS') return;
    passwordField.current?.focus();
    passwordField.current?.select();
  }, [error, passwordField]);

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSubmitted(true);
    if (!emailMissing && !passwordMissing && !serverWrong) submit();
  };

  return (
    <form onSubmit={onSubmit} className={classes['form']} noValidate>
      {ended && !error && <SessionEnded end={ended} />}
      {error && <SignInProblem key={error.code} error={error} signIn={signIn} />}
      <TextInput
        ref={emailField}
        label={t('session.signIn.email')}
        type="email"
        autoComplete="username"
        autoFocus={!fields.email}
        value={fields.email}
        onChange={(event) => change({ email: event.currentTarget.value })}
        error={submitted && emailMissing && t('session.signIn.emailRequired')}
      />
      <PasswordInput
        ref={passwordField}
        label={t('session.signIn.password')}
        autoComplete="current-password"
        autoFocus={fields.email !== ''}
        value={fields.password}
        onChange={(event) => change({ password: event.currentTarget.value })}
        error={submitted && passwordMissing && t('session.signIn.passwordRequired')}
      />
      <ServerFields
        serverUrl={fields.serverUrl}
        caFile={fields.caFile}
        change={change}
        opened={serverOpen}
        onToggle={() => setServerShown(!serverOpen)}
        strict={submitted}
      />
      <Button type="submit" size="md" fullWidth loading={busy !== null}>
        {t('session.signIn.submit')}
      </Button>
      {busy !== null && <SlowHint />}
      <p className={classes['hint']}>
        {info?.keyring ? t('session.signIn.remembered') : t('session.signIn.notRemembered')}
      </p>
    </form>
  );
}
