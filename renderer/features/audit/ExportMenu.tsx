import { Button, Menu } from '@mantine/core';
import { IconDownload, IconFileSpreadsheet, IconFileTypeCsv } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AuditOverview, ExportFormat } from '../../../shared/api/audit.ts';
import { useFormat } from '../../ui/use-format.ts';
import type { AuditQuestion } from './audit-url.ts';
import { exportWords } from './export-words.ts';
import { startExport, useExportRun } from './export-run.ts';

interface Props {
  question: AuditQuestion;
  overview: AuditOverview | undefined;
}

/** Writes what is filtered, all of it and not only what is in sight, into a file. */
export function ExportMenu({ question, overview }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const running = useExportRun((state) => state.running);
  const write = (chosen: ExportFormat) =>
    void startExport(
      { filter: question, format: chosen, words: exportWords(t, overview?.actions ?? []) },
      (value) => format.number(value),
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} disabled={running || !overview}>
          {t('audit.export.label')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileSpreadsheet size={16} aria-hidden />} onClick={() => write('xlsx')}>
          {t('audit.export.xlsx')}
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypeCsv size={16} aria-hidden />} onClick={() => write('csv')}>
          {t('audit.export.csv')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
