import { Alert, Button, PasswordInput } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../../shared/api/session.ts';
import { normalizeEmail } from '../../../shared/domain/login-role.ts';
import { PIN_DIGITS } from '../../../shared/domain/pin.ts';
import { useAppStore } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { PersonAvatar } from '../../ui/PersonAvatar.tsx';
import { SignInPage } from '../session/SignInPage.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
import { Keypad } from './Keypad.tsx';
import classes from './Lock.module.css';
import { useOpeningError } from './use-opening-error.ts';

/** In place of every screen while the application is locked: nothing of the data is shown or asked for. */
export function LockPage({ session }: { session: Session }) {
  const { t } = useTranslation();
  const errorText = useOpeningError();
  const signOut = useSignOut();
  const quick = useAppStore((state) => state.lock?.quick ?? []);
  const present = { email: normalizeEmail(session.person.email), name: session.person.name };
  const [chosen, setChosen] = useState(present);
  const [byPassword, setByPassword] = useState(false);
  const [secret, setSecret] = useState('');
  const [someoneElse, setSomeoneElse] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const mayUsePin = quick.some(({ email }) => email === chosen.email);
  const pin = mayUsePin && !byPassword;
  const others = [present, ...quick].filter(
    (person, index, all) => person.email !== chosen.email && all.findIndex(({ email }) => email === person.email) === index,
  );
  const opening = useMutation({
    mutationFn: () => call('lock.open', { email: chosen.email, by: pin ? 'pin' : 'password', secret }),
    onError: () => {
      setSecret('');
      field.current?.focus();
    },
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (secret !== '') opening.mutate();
  };
  const begin = (change: () => void) => {
    change();
    setSecret('');
    opening.reset();
    field.current?.focus();
  };

  if (someoneElse) return <SignInPage back={{ label: t('lock.back'), go: () => setSomeoneElse(false) }} />;
  return (
    <main className={classes['page']}>
      <section className={classes['panel']} aria-labelledby="lock-title">
        <div className={classes['who']}>
          <h1 id="lock-title" className={classes['title']}>
            <IconLock size={24} stroke={1.8} aria-hidden />
            {t('lock.title')}
          </h1>
          <p className={classes['lead']}>{pin ? t('lock.lead') : t('lock.leadPassword')}</p>
          <div className={classes['person']}>
            <PersonAvatar name={chosen.name} />
            <div>
              <strong>{chosen.name}</strong>
              <span>{chosen.email}</span>
            </div>
          </div>
          {others.length > 0 && (
            <div className={classes['others']}>
              <h2 id="lock-others">{t('lock.others')}</h2>
              <ul aria-labelledby="lock-others">
                {others.map((person) => (
                  <li key={person.email}>
                    <button
                      type="button"
                      className={classes['other']}
                      onClick={() =>
                        begin(() => {
                          setChosen(person);
                          setByPassword(false);
                        })
                      }
                    >
                      <PersonAvatar name={person.name} />
                      {person.name}
                    </button>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <div className={classes['ways']}>
            {mayUsePin && chosen.email === present.email && (
              <Button variant="subtle" onClick={() => begin(() => setByPassword(!byPassword))}>
                {byPassword ? t('lock.usePin') : t('lock.usePassword')}
              </Button>
            )}
            <Button variant="subtle" onClick={() => setSomeoneElse(true)}>
              {t('lock.another')}
            </Button>
            <Button variant="subtle" loading={signOut.busy} onClick={signOut.ask}>
              {t('lock.signOut')}
            </Button>
          </div>
        </div>
        <form onSubmit={onSubmit} className={classes['form']} noValidate>
          {opening.error && (
            <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle />} title={t('lock.failed')}>
              {errorText(opening.error)}
            </Alert>
          )}
          <PasswordInput
            key={pin ? 'pin' : 'password'}
            ref={field}
            autoFocus
            label={pin ? t('lock.pin') : t('lock.password')}
            inputMode={pin ? 'numeric' : 'text'}
            autoComplete={pin ? 'off' : 'current-password'}
            {...(pin && { maxLength: PIN_DIGITS.max })}
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
          />
          {pin && (
            <Keypad
              press={(digit) => setSecret((before) => (before + digit).slice(0, PIN_DIGITS.max))}
              erase={() => setSecret((before) => before.slice(0, -1))}
            />
          )}
          <Button type="submit" size="md" fullWidth loading={opening.isPending}>
            {t('lock.open')}
          </Button>
        </form>
      </section>
    </main>
  );
}
