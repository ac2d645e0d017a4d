import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { useFormat } from '../../ui/use-format.ts';

const SECONDS_PER_DAY = 86_400;

/** What a person needs to know besides the words of a failure: times and how long to wait. */
export function ProblemFacts({ error: { code, details } }: { error: AppError }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (code === 'SIGN_IN_THROTTLED') return <Wait seconds={Number(details['seconds'])} />;
  if (code === 'REPLICA_OTHER_MACHINE') return details['keyring'] === false ? <p>{t('session.recovery.noKeyring')}</p> : null;
  const { clock, latest, contact, days } = details;
  if (code === 'CLOCK_WRONG' && typeof clock === 'string' && typeof latest === 'string') {
    return <p>{t('session.recovery.clock', { clock: format.dateTime(clock), latest: format.dateTime(latest) })}</p>;
  }
  if (code === 'OFFLINE_TOO_LONG' && typeof clock === 'string' && typeof contact === 'string') {
    const allowed = format.duration(Number(days) * SECONDS_PER_DAY);
    return <p>{t('session.recovery.contact', { when: format.dateTime(contact), days: allowed, clock: format.dateTime(clock) })}</p>;
  }
  return null;
}

/** Counts down by seconds; a clock that is set meanwhile changes nothing. */
function Wait({ seconds }: { seconds: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [until] = useState(() => performance.now() + seconds * 1_000);
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = until - now;
  // Told once at its end; every second of it would drown the rest for who listens.
  return left > 0 ? (
    <p role="timer">{t('session.recovery.wait', { time: format.countdown(left) })}</p>
  ) : (
    <p role="status">{t('session.recovery.waitOver')}</p>
  );
}
