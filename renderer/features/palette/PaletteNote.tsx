import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../ui/error-text.ts';
import type { Found } from './use-found.ts';
import classes from './Palette.module.css';

/** Below the list: how to use it, or why it is empty and what helps. Read out as it changes. */
export function PaletteNote({ found, typed, count }: { found: Found; typed: boolean; count: number }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { error, settled, incomplete, records } = found;
  return (
    <div className={classes['note']} role="status">
      {error && <p className={classes['failure']}>{errorText(error)}</p>}
      {!error && settled && typed && records.length === 0 && (
        <div className={classes['nothing']}>
          <strong>{t('shell.palette.nothing.title')}</strong>
          <ul>
            <li>{t('shell.palette.nothing.shorter')}</li>
            <li>{t('shell.palette.nothing.what')}</li>
            <li>{t('shell.palette.nothing.rights')}</li>
          </ul>
        </div>
      )}
      {incomplete && <p>{t('shell.palette.incomplete')}</p>}
      <p className={classes['keys']}>{count > 0 ? t('shell.palette.keys') : t('shell.palette.close')}</p>
    </div>
  );
}
