import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useRef, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppStore } from '../../app/app-store.ts';
import { Delayed } from '../../ui/Delayed.tsx';
import { addressProblem } from './server-address.ts';
import { ServerFields } from './ServerFields.tsx';
import { concernsServer } from './sign-in.ts';
import { PeopleList } from './PeopleList.tsx';
import { SessionEnded } from './SessionEnded.tsx';
import { SignInProblem } from './SignInProblem.tsx';
import classes from './SignIn.module.css';
import type { SignIn } from './use-sign-in.ts';

/** So long a sign-in usually does not take. */
const SLOW_MS = 3_000;

export function SignInForm({ signIn }: { signIn: SignIn }) {
  const { t } = useTranslation();
  const info = useAppStore((state) => state.info);
  const ended = useAppStore((state) => state.ended);
  const { fields, change, busy, error, submit } = signIn;
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const [submitted, setSubmitted] = useState(false);
  const [serverShown, setServerShown] = useState(!fields.serverUrl);

  const emailMissing = !fields.email.trim();
  const passwordMissing = !fields.password;
  const serverWrong = addressProblem(fields.serverUrl) !== null;
  const serverOpen = serverShown || (submitted && serverWrong) || (error !== null && concernsServer(error.code));

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSubmitted(true);
    if (!emailMissing && !passwordMissing && !serverWrong) submit();
  };

  return (
    <form onSubmit={onSubmit} className={classes['form']} noValidate>
      {ended && !error && <SessionEnded end={ended} />}
      {error && <SignInProblem key={error.code} error={error} signIn={signIn} />}
      <PeopleList
        signIn={signIn}
        onChosen={() => passwordField.current?.focus()}
        onSomeoneElse={() => emailField.current?.focus()}
      />
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
      {busy !== null && (
        <Delayed ms={SLOW_MS}>
          <p className={classes['hint']} role="status">
            {t('session.signIn.slow')}
          </p>
        </Delayed>
      )}
      <p className={classes['hint']}>
        {info?.keyring ? t('session.signIn.remembered') : t('session.signIn.notRemembered')}
      </p>
    </form>
  );
}
