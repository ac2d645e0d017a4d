import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { useSession } from '../../app/app-store.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Print.module.css';

const now = (): string => formatTimestamp(new Date());

const SCHEME = 'data-mantine-color-scheme';

/** Stands on paper above every page: whose it is, when it was printed and by whom. On paper everything is light. */
export function PrintHeader() {
  const { t } = useTranslation();
  const format = useFormat();
  const { person, organization } = useSession();
  const [printedAt, setPrintedAt] = useState(now);
  useEffect(() => {
    const root = document.documentElement;
    let scheme: string | null = null;
    const before = () => {
      scheme = root.getAttribute(SCHEME);
      root.setAttribute(SCHEME, 'light');
      flushSync(() => setPrintedAt(now()));
    };
    const after = () => {
      if (scheme !== null) root.setAttribute(SCHEME, scheme);
    };
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return (
    <div className={classes['header']} aria-hidden>
      <strong>{organization.name}</strong>
      <span>{t('shell.print.by', { name: person.name, time: format.dateTime(printedAt) })}</span>
    </div>
  );
}
