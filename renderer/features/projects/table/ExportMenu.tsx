import { Button, Menu } from '@mantine/core';
import { IconDownload, IconFileSpreadsheet, IconFileTypeCsv, IconPlayerStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import type { ExportFormat } from '../../../../shared/api/audit.ts';
import { listColumns, type ListWords } from '../../../../shared/api/lists.ts';
import { AppError } from '../../../../shared/errors.ts';
import { useSession } from '../../../app/app-store.ts';
import { call, subscribe } from '../../../app/bridge.ts';
import { en, vi } from '../../../app/locales.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../../ui/notify.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { useProjectList } from '../filters.ts';
import { columnLabels, columnsFor } from './columns.tsx';

/** The one export of this window; it goes on while the person visits other pages. */
const useExport = create<{ rows: number | null }>()(() => ({ rows: null }));

/** Writes what the table shows, all of it and not only what is in sight, into a file. */
export function ExportMenu({ disabled }: { disabled: boolean }) {
  const { t, i18n } = useTranslation();
  const { person } = useSession();
  const format = useFormat();
  const errorText = useErrorText();
  const running = useExport((state) => state.rows);

  const write = async (chosen: ExportFormat) => {
    const { filter, sort, group_by, columns } = useProjectList.getState();
    const { priority, status } = (i18n.language === 'vi' ? vi : en).values;
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

  if (running !== null) {
    return (
      <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => void call('lists.cancelExport')}>
        {t('lists.export.stop', { rows: format.number(running) })}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" disabled={disabled} leftSection={<IconDownload size={16} aria-hidden />}>
          {t('lists.export.label')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileSpreadsheet size={16} aria-hidden />} onClick={() => void write('xlsx')}>
          {t('audit.export.xlsx')}
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypeCsv size={16} aria-hidden />} onClick={() => void write('csv')}>
          {t('audit.export.csv')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
