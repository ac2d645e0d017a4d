import { useTranslation } from 'react-i18next';
import classes from './Preview.module.css';

/** Lies over an old version, again and again, so that no part of it is taken for the current one. The page says it in words. */
export function Watermark({ everywhere = false }: { everywhere?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={everywhere ? classes['everywhere'] : classes['marked']} aria-hidden data-testid="watermark">
      <div className={classes['watermark']}>
        {[0, 1, 2].map((line) => (
          <span key={line}>{t('preview.old')}</span>
        ))}
      </div>
    </div>
  );
}
