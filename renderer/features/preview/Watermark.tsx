import { useTranslation } from 'react-i18next';
import classes from './Preview.module.css';

/** More than any box or sheet has room for; what does not fit is cut off. */
const lines = Array.from({ length: 30 }, (_, line) => line);

/**
 * Lies over an old version, again and again, so that no part of it is taken for the current one, however far it is enlarged
 * or scrolled. The page says it in words.
 */
export function Watermark({ everywhere = false }: { everywhere?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={everywhere ? classes['everywhere'] : classes['marked']} aria-hidden data-testid="watermark">
      <div className={classes['watermark']}>
        {lines.map((line) => (
          <span key={line} data-text={t('preview.old')} />
        ))}
      </div>
    </div>
  );
}
