import { useTranslation } from 'react-i18next';
import type { Fact } from '../../../shared/domain/content.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Preview.module.css';

/** What is told of a file in words and numbers. */
export function FactsList({ facts }: { facts: readonly Fact[] }) {
  const { t } = useTranslation();
  const valueText = useValueText();
  if (facts.length === 0) return null;
  return (
    <dl className={classes['facts']}>
      {facts.map((fact) => (
        <div key={fact.name} style={{ display: 'contents' }}>
          <dt>{t(`preview.fact.${fact.name}`)}</dt>
          <dd>
            {valueText(fact)}
            {fact.more && ` ${t('preview.andMore')}`}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function useValueText(): (fact: Fact) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ name, values }) => {
    const texts = values.map((value) => (typeof value === 'number' ? format.number(value) : value));
    switch (name) {
      case 'page_size':
        return t('preview.size.millimetres', { width: texts[0], height: texts[1] });
      case 'image_size':
        return t('preview.size.pixels', { width: texts[0], height: texts[1] });
      case 'extents':
        return texts.join(' × ');
      default:
        return texts.join(', ');
    }
  };
}
