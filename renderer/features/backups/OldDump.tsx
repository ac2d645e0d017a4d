import { Alert, Button, Code, Table } from '@mantine/core';
import { IconAlertTriangle, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OldDumpContents } from '../../../shared/api/backup.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Backups.module.css';

/** What a dump of the former system is, in words, and the way in which it is brought in. */
export function OldDump({ dump }: { dump: OldDumpContents }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const { name, kind, named, rows, tables, statements, command } = dump;
  // Tables that this application has, too, go by its words; the others by their own names.
  const nameOf = (table: string): string =>
    table.startsWith('public.') ? t(`session.tables.${table.slice('public.'.length)}`, { defaultValue: table }) : table;
  const copy = () =>
    void call('app.copyText', command).then(
      () => notifyDone(t('backups.dump.copied')),
      (error: unknown) => notifyFailure(t('backups.dump.notCopied'), errorText(error)),
    );
  return (
    <div className={classes['look']}>
      <p>
        <strong>{name}</strong>
        <br />
        {t(`backups.dump.kinds.${kind}`)} {t('backups.dump.totals', { rows: format.number(rows), tables: format.number(tables.length), statements: format.number(statements) })}
      </p>
      {rows === 0 ? (
        <Alert color="yellow" icon={<IconAlertTriangle size={20} aria-hidden />} role="alert">
          {t(named === 'complete' || named === 'data' ? `backups.dump.empty.${named}` : 'backups.dump.empty.schema')}
        </Alert>
      ) : (
        <>
          <div className={classes['wide']}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('backups.look.table')}</Table.Th>
                  <Table.Th className={classes['amount']}>{t('backups.dump.rows')}</Table.Th>
                  <Table.Th>{t('backups.dump.becomes')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {tables.map(({ table, rows: count, imported }) => (
                  <Table.Tr key={table}>
                    <Table.Td>{nameOf(table)}</Table.Td>
                    <Table.Td className={classes['amount']}>{format.number(count)}</Table.Td>
                    <Table.Td className={imported ? undefined : classes['muted']}>{t(imported ? 'backups.dump.imported' : 'backups.dump.leftOut')}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
          <p>{t('backups.dump.why')}</p>
          <Code block>{command}</Code>
          <p className={classes['muted']}>{t('backups.dump.tryFirst')}</p>
          <div className={classes['actions']}>
            <Button variant="default" leftSection={<IconCopy size={16} aria-hidden />} onClick={copy}>
              {t('backups.dump.copy')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
