import { useTranslation } from 'react-i18next';
import { en } from '../../app/locales.ts';

type NamedTable = keyof typeof en.session.tables;

const isNamed = (table: string): table is NamedTable => Object.hasOwn(en.session.tables, table);

/** A table in a person's words; rare ones without words keep their own name. */
export function useTableName(): (table: string) => string {
  const { t } = useTranslation();
  return (table) => (isNamed(table) ? t(`session.tables.${table}`) : table);
}
