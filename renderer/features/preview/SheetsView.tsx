import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sheet } from '../../../shared/domain/content.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Preview.module.css';
import { Watermark } from './Watermark.tsx';

interface Props {
  sheets: readonly Sheet[];
  sheetCount: number;
  isCurrent: boolean;
}

/** A workbook as plain tables, sheet by sheet. */
export function SheetsView({ sheets, sheetCount, isCurrent }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState('0');
  return (
    <>
      <Tabs value={chosen} onChange={(value) => setChosen(value ?? '0')} keepMounted={false}>
        {sheets.length > 1 && (
          <Tabs.List aria-label={t('preview.sheets')} mb="xs">
            {sheets.map((sheet, index) => (
              <Tabs.Tab key={index} value={String(index)} px="xs">
                {sheet.name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        )}
        {sheets.map((sheet, index) => (
          <Tabs.Panel key={index} value={String(index)}>
            <div className={classes['stage']}>
              <div className={classes['scroll']} role="region" aria-label={sheet.name} tabIndex={0}>
                <SheetTable sheet={sheet} />
              </div>
              {!isCurrent && <Watermark />}
            </div>
            <SheetNote sheet={sheet} />
          </Tabs.Panel>
        ))}
      </Tabs>
      {sheetCount > sheets.length && <p className={classes['note']}>{t('preview.moreSheets', { count: sheetCount - sheets.length })}</p>}
    </>
  );
}

/** Says in words what is left out. */
function SheetNote({ sheet: { rows, row_count, column_count } }: { sheet: Sheet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = widestOf(rows);
  if (row_count === 0) return <p className={classes['note']}>{t('preview.emptySheet')}</p>;
  if (row_count <= rows.length && column_count <= columns) return null;
  return (
    <p className={classes['note']}>
      {t('preview.cutSheet', {
        rows: format.number(rows.length),
        allRows: format.number(row_count),
        columns: format.number(columns),
        allColumns: format.number(column_count),
      })}
    </p>
  );
}

const widestOf = (rows: readonly (readonly string[])[]): number => rows.reduce((most, row) => Math.max(most, row.length), 0);

const lettersOf = (column: number): string =>
  column < 26 ? String.fromCharCode(65 + column) : lettersOf(Math.floor(column / 26) - 1) + lettersOf(column % 26);

export function SheetTable({ sheet: { name, rows } }: { sheet: Sheet }) {
  const columns = Array.from({ length: widestOf(rows) }, (_, column) => column);
  if (rows.length === 0) return null;
  return (
    <table className={classes['table']} aria-label={name}>
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th key={column} scope="col">
              {lettersOf(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            <th scope="row">{index + 1}</th>
            {columns.map((column) => (
              <td key={column}>{row[column] ?? ''}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
