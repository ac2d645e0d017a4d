import { useTranslation } from 'react-i18next';
import { useAppStore } from '../../app/app-store.ts';
import { Mark } from '../../ui/Mark.tsx';
import { LanguageSwitch } from '../settings/LanguageSwitch.tsx';
import { ThemeSwitch } from '../settings/ThemeSwitch.tsx';
import { DemoAccounts } from './DemoAccounts.tsx';
import { SignInForm } from './SignInForm.tsx';
import classes from './SignIn.module.css';
import { useSignIn } from './use-sign-in.ts';

export function SignInPage() {
  const { t } = useTranslation();
  const info = useAppStore((state) => state.info);
  const signIn = useSignIn();
  return (
    <div className={classes['page']}>
      <header className={classes['top']}>
        <LanguageSwitch />
        <ThemeSwitch />
      </header>
      <main className={classes['columns']}>
        <section className={classes['panel']} aria-labelledby="sign-in-title">
          <div className={classes['brand']}>
            <Mark size={36} />
            <span>{t('app.name')}</span>
          </div>
          <h1 id="sign-in-title" className={classes['title']}>
            {t('session.signIn.title')}
          </h1>
          <p className={classes['lead']}>{t('session.signIn.lead')}</p>
          <SignInForm signIn={signIn} />
        </section>
        {info?.demo && <DemoAccounts signIn={signIn} />}
      </main>
      <footer className={classes['bottom']}>{info && t('settings.about', { version: info.version })}</footer>
    </div>
  );
}
