import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { PIN_DIGITS, pinProblem } from '../../../shared/domain/pin.ts';
import { useAppStore } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import classes from './Lock.module.css';
import { useOpeningError } from './use-opening-error.ts';

export function PinDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const errorText = useOpeningError();
  const lock = useAppStore((state) => state.lock);
  const [password, setPassword] = useState('');
  const [pin, setPin] = useState('');
  const [submitted, setSubmitted] = useState(false);
  const problem = pinProblem(pin);

  const save = useMutation({
    mutationFn: () => call('lock.setPin', { password, pin }),
    onSuccess: () => {
      notifyDone(t('lock.dialog.saved'));
      close();
    },
    onError: (error) => notifyFailure(t('lock.dialog.notSaved'), errorText(error)),
  });
  const remove = useMutation({
    mutationFn: () => call('lock.removePin'),
    onSuccess: () => {
      notifyDone(t('lock.dialog.removed'));
      close();
    },
    onError: (error) => notifyFailure(t('lock.dialog.notSaved'), errorText(error)),
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSubmitted(true);
    if (password !== '' && problem === null) save.mutate();
  };

  return (
    <Dialog onClose={close} title={t('lock.dialog.title')}>
      {lock?.pinAllowed ? (
        <form onSubmit={onSubmit} className={classes['dialog']} noValidate>
          <p>{t('lock.dialog.text', PIN_DIGITS)}</p>
          <PasswordInput
            data-autofocus
            label={t('lock.dialog.current')}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={submitted && password === '' && t('session.signIn.passwordRequired')}
          />
          <PasswordInput
            label={t('lock.dialog.pin')}
            inputMode="numeric"
            autoComplete="off"
            maxLength={PIN_DIGITS.max}
            value={pin}
            onChange={(event) => setPin(event.currentTarget.value)}
            error={submitted && problem !== null && t(`lock.dialog.problems.${problem}`, PIN_DIGITS)}
          />
          <div className={classes['dialogActions']}>
            {lock.pinSet && (
              <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
                {t('lock.dialog.remove')}
              </Button>
            )}
            <Button type="submit" loading={save.isPending}>
              {t('lock.dialog.save')}
            </Button>
          </div>
        </form>
      ) : (
        <p>{t('lock.dialog.notAllowed')}</p>
      )}
    </Dialog>
  );
}
