import { Button, Menu } from '@mantine/core';
import { IconDownload, IconFileSpreadsheet, IconFileTypeCsv, IconPlayerStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ExportFormat } from '../../shared/api/audit.ts';
import { useFormat } from './use-format.ts';

interface Props {
  label: string;
  disabled?: boolean;
  /** How many rows the export that runs has written; null while none runs. */
  rows: number | null;
  write: (format: ExportFormat) => void;
  stop: () => void;
}

/** Starts an export in one of the formats; while it runs, says how far it is and stops it. */
export function ExportMenu({ label, disabled = false, rows, write, stop }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (rows !== null) {
    return (
      <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={stop}>
        {t('lists.export.stop', { rows: format.number(rows) })}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" disabled={disabled} leftSection={<IconDownload size={16} aria-hidden />}>
          {label}
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
