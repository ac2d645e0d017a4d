import { IconHistoryToggle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Past } from '../../../shared/api/past.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './PastBanner.module.css';

/** Says on every page of the window that it shows an earlier state. */
export function PastBanner({ past: { at, name } }: { past: Past }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={classes['banner']} role="status">
      <IconHistoryToggle size={20} aria-hidden />
      <strong>{t('past.banner', { at: format.dateTime(formatTimestamp(new Date(at))) })}</strong>
      <span className={classes['name']}>{t('past.hint', { name })}</span>
    </div>
  );
}
