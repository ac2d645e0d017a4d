import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import type { ExportFormat } from '../../../../shared/api/audit.ts';
import { listColumns, type ListWords } from '../../../../shared/api/lists.ts';
import { AppError } from '../../../../shared/errors.ts';
import { useSession } from '../../../app/app-store.ts';
import { call, subscribe } from '../../../app/bridge.ts';
import { texts } from '../../../app/i18n.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { ExportMenu } from '../../../ui/ExportMenu.tsx';
import { notifyDone, notifyFailure } from '../../../ui/notify.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { useProjectList } from '../filters.ts';
import { columnLabels, columnsFor } from './columns.tsx';

/** The one export of this window; it goes on while the person visits other pages. */
const useExport = create<{ rows: number | null }>()(() => ({ rows: null }));

/** Writes what the table shows, all of it and not only what is in sight, into a file. */
export function ListExport({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const format = useFormat();
  const errorText = useErrorText();
  const running = useExport((state) => state.rows);

  const write = async (chosen: ExportFormat) => {
    const { filter, sort, group_by, columns } = useProjectList.getState();
    const { priority, status } = texts().values;
    const words: ListWords = {
      sheet: t('projects.table.title'),
      headings: Object.fromEntries(listColumns.map((column) => [column, t(columnLabels[column])])),
      priorities: priority,
      statuses: status,
      currency: t('values.column.currency'),
      progress: t('lists.export.progress', { done: '{done}', total: '{total}' }),
    };
    useExport.setState({ rows: 0 });
    const end = subscribe('lists.exporting', ({ rows }) => useExport.setState({ rows }));
    try {
      const done = await call('lists.export', { filter, sort, group_by, columns: columnsFor(person.role, columns), format: chosen, words });
      if (done) notifyDone(t('audit.export.done', { count: done.rows, rows: format.number(done.rows), file: done.file }));
    } catch (error) {
      if (error instanceof AppError && error.code === 'EXPORT_CANCELLED') notifyDone(t('audit.export.stopped'));
      else notifyFailure(t('lists.export.failed'), errorText(error));
    } finally {
      end();
      useExport.setState({ rows: null });
    }
  };

  return (
    <ExportMenu
      label={t('lists.export.label')}
      disabled={disabled}
      rows={running}
      write={(chosen) => void write(chosen)}
      stop={() => void call('lists.cancelExport')}
    />
  );
}
