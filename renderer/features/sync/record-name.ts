import { useTranslation } from 'react-i18next';
import type { RecordRef } from '../../../shared/api/sync.ts';
import { useTableName } from '../session/table-name.ts';

/** A record in one line: its project, and which part of it. */
export function useRecordName(): (record: RecordRef) => string {
  const { t } = useTranslation();
  const tableName = useTableName();
  return ({ subject, part, table_name }) => {
    const name = subject ?? t('sync.waitingList.gone');
    if (part) return `${name} · ${part}`;
    return table_name === 'projects' ? name : `${name} · ${tableName(table_name)}`;
  };
}
