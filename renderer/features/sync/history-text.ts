import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../../../shared/api/sync.ts';
import { useFormat } from '../../ui/use-format.ts';

/** What a sync did, in words: how many rows, and what was wrong with some of them; or why it failed. */
export function useHistoryText(): (entry: HistoryEntry) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ kind, rows, problems, error_code }) => {
    if (error_code !== null) return t(`errors.${error_code}`);
    const count = { count: rows, rows: format.number(rows) };
    const wrong = { count: problems, rows: format.number(problems) };
    const [done, trouble] =
      kind === 'push'
        ? [t('sync.historyList.changes', count), t('sync.historyList.refused', wrong)]
        : kind === 'check'
          ? [t('sync.historyList.compared', count), t('sync.historyList.repaired', wrong)]
          : [t('sync.historyList.rows', count), t('sync.historyList.setAside', wrong)];
    return problems > 0 ? `${done}, ${trouble}` : done;
  };
}
