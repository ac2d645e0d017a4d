import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import type { ExportFormat } from '../../../shared/api/audit.ts';
import { accessActions, accessExportColumns, type AccessExportColumn, type AccessFilter } from '../../../shared/api/documents.ts';
import { AppError, errorCodes } from '../../../shared/errors.ts';
import { call, subscribe } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { ExportMenu } from '../../ui/ExportMenu.tsx';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useActionName } from './document-words.ts';

/** The one export of this window; it goes on while the person visits other pages. */
const useExport = create<{ rows: number | null }>()(() => ({ rows: null }));

/** Writes what is filtered, all of it and not only what is in sight, into a file. */
export function AccessExport({ filter }: { filter: AccessFilter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const actionName = useActionName();
  const running = useExport(({ rows }) => rows);
  const headings: Record<AccessExportColumn, string> = {
    accessed_at: t('documents.access.when'),
    person: t('documents.access.person'),
    device: t('documents.access.machine'),
    action: t('documents.access.what'),
    result: t('documents.access.result'),
    document: t('documents.access.document'),
    project: t('documents.filter.project'),
  };
  const write = async (chosen: ExportFormat) => {
    const words = {
      sheet: t('documents.access.sheet'),
      headings: Object.fromEntries(accessExportColumns.map((column) => [column, headings[column]])) as typeof headings,
      actions: Object.fromEntries(accessActions.map((action) => [action, actionName(action)])),
      errors: Object.fromEntries(errorCodes.map((code) => [code, t(`errors.${code}`)])),
      success: t('documents.access.success'),
      failed: t('documents.access.failed'),
    };
    useExport.setState({ rows: 0 });
    const end = subscribe('documents.exporting', ({ rows }) => useExport.setState({ rows }));
    try {
      const done = await call('documents.exportAccess', { filter, format: chosen, words });
      if (done) notifyDone(t('audit.export.done', { count: done.rows, rows: format.number(done.rows), file: done.file }));
    } catch (error) {
      if (error instanceof AppError && error.code === 'EXPORT_CANCELLED') notifyDone(t('audit.export.stopped'));
      else notifyFailure(t('audit.export.failed'), errorText(error));
    } finally {
      end();
      useExport.setState({ rows: null });
    }
  };
  return (
    <ExportMenu
      label={t('documents.access.export')}
      rows={running}
      write={(chosen) => void write(chosen)}
      stop={() => void call('documents.cancelExport')}
    />
  );
}
