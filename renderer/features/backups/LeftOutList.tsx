import { useTranslation } from 'react-i18next';
import type { LeftOut } from '../../../shared/domain/backup.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Backups.module.css';
import { useSize } from './use-backups.ts';

/** What a backup says that is not in it. */
export function LeftOutList({ leftOut }: { leftOut: readonly LeftOut[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const size = useSize();
  if (leftOut.length === 0) return null;
  return (
    <section aria-label={t('backups.leftOut.title')}>
      <h3 className={classes['heading']}>{t('backups.leftOut.title')}</h3>
      <ul className={classes['leftOut']}>
        {leftOut.map(({ what, table = '', rows = 0, documents = [] }) => (
          <li key={`${what} ${table}`}>
            {t(`backups.leftOut.kinds.${what}`, { table: t(`session.tables.${table}`, { defaultValue: table }), rows: format.number(rows) })}
            {documents.length > 0 && (
              <ul className={classes['documents']}>
                {documents.map(({ code, name, size: bytes }, index) => (
                  // Two contents may have the same name.
                  <li key={index}>{[code, name, bytes === null ? null : size(bytes)].filter((fact) => fact !== null).join(' · ')}</li>
                ))}
                {rows > documents.length && <li>{t('backups.leftOut.more', { rows: format.number(rows - documents.length) })}</li>}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
