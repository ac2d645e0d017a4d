import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppStore } from '../../app/app-store.ts';
import { Mark } from '../../ui/Mark.tsx';
import { LanguageSwitch } from '../settings/LanguageSwitch.tsx';
import { ThemeSwitch } from '../settings/ThemeSwitch.tsx';
import { DemoAccounts } from './DemoAccounts.tsx';
import { NewPasswordForm } from './NewPasswordForm.tsx';
import { PeopleList } from './PeopleList.tsx';
import { SignInForm } from './SignInForm.tsx';
import classes from './SignIn.module.css';
import { useSignIn } from './use-sign-in.ts';

/** @param back a way back, where signing in is not the only way on */
export function SignInPage({ back }: { back?: { label: string; go: () => void } }) {
  const { t } = useTranslation();
  const info = useAppStore((state) => state.info);
  const signIn = useSignIn();
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  return (
    <main className={classes['page']}>
      <div className={classes['top']}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <div className={classes['columns']}>
        {!signIn.choosingPassword && (
          <PeopleList
            signIn={signIn}
            onChosen={() => passwordField.current?.focus()}
            onSomeoneElse={() => emailField.current?.focus()}
          />
        )}
        <section className={classes['panel']} aria-labelledby="sign-in-title">
          <div className={classes['brand']}>
            <Mark size={36} />
            <span>{t('app.name')}</span>
          </div>
          <h1 id="sign-in-title" className={classes['title']}>
            {signIn.choosingPassword ? t('session.newPassword.title') : t('session.signIn.title')}
          </h1>
          <p className={classes['lead']}>
            {signIn.choosingPassword
              ? t('session.newPassword.lead', { email: signIn.fields.email.trim() })
              : t('session.signIn.lead')}
          </p>
          {signIn.choosingPassword ? (
            <NewPasswordForm signIn={signIn} />
          ) : (
            <SignInForm signIn={signIn} emailField={emailField} passwordField={passwordField} />
          )}
          {back && (
            <Button variant="subtle" fullWidth mt="sm" onClick={back.go}>
              {back.label}
            </Button>
          )}
        </section>
        {info?.demo && !signIn.choosingPassword && <DemoAccounts signIn={signIn} />}
      </div>
      <p className={classes['bottom']}>{info && t('settings.about', { version: info.version })}</p>
    </main>
  );
}
