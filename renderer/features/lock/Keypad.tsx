import { IconBackspace } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './Lock.module.css';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

/** Large keys for fingers in gloves; whoever has a keyboard types into the field. */
export function Keypad({ press, erase }: { press: (digit: string) => void; erase: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes['keypad']} role="group" aria-label={t('lock.keypad')}>
      {digits.map((digit) => (
        <button key={digit} type="button" className={classes['key']} aria-label={t('lock.digit', { digit })} onClick={() => press(digit)}>
          {digit}
        </button>
      ))}
      <button type="button" className={classes['key']} aria-label={t('lock.erase')} onClick={erase}>
        <IconBackspace size={22} aria-hidden />
      </button>
    </div>
  );
}
