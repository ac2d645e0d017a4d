import { useTranslation } from 'react-i18next';
import classes from './Preview.module.css';
import { Watermark } from './Watermark.tsx';

interface Props {
  text: string;
  /** Written for people, not for machines. */
  isWords: boolean;
  isCurrent: boolean;
}

export function TextView({ text, isWords, isCurrent }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes['stage']}>
      <div className={classes['scroll']} role="region" aria-label={t('preview.region')} tabIndex={0}>
        <TextBody text={text} isWords={isWords} />
      </div>
      {!isCurrent && <Watermark />}
    </div>
  );
}

export function TextBody({ text, isWords }: Pick<Props, 'text' | 'isWords'>) {
  return (
    <pre className={classes['text']} data-words={isWords || undefined}>
      {text}
    </pre>
  );
}
