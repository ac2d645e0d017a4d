import { useTranslation } from 'react-i18next';
import { texts, type Texts } from '../../app/i18n.ts';

type NamedTable = keyof Texts['session']['tables'];

const isNamed = (table: string): table is NamedTable => Object.hasOwn(texts().session.tables, table);

/** A table in a person's words; rare ones without words keep their own name. */
export function useTableName(): (table: string) => string {
  const { t } = useTranslation();
  return (table) => (isNamed(table) ? t(`session.tables.${table}`) : table);
}
