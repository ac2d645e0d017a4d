import { Button, PasswordInput, Table } from '@mantine/core';
import { IconBrandGoogleDrive, IconFolderOpen, IconHistoryToggle, IconSearch } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackupContents, ChosenBackup, OldDumpContents } from '../../../shared/api/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { DrivePicker } from '../drive/DrivePicker.tsx';
import classes from './Backups.module.css';
import { BringContents } from './BringContents.tsx';
import { DifferingRecords } from './DifferingRecords.tsx';
import { LeftOutList } from './LeftOutList.tsx';
import { RestoreSnapshot } from './RestoreSnapshot.tsx';
import { OldDump } from './OldDump.tsx';
import { useInstant } from './use-backups.ts';

/** Opens a backup, says what is in it and how it differs from now, and brings single records back. */
export function LookInto({ folder, busy }: { folder: string | null; busy: boolean }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [chosen, setChosen] = useState<ChosenBackup | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [contents, setContents] = useState<BackupContents | null>(null);
  const [dump, setDump] = useState<OldDumpContents | null>(null);
  const [picking, setPicking] = useState(false);

  const failed = (error: Error): void =>
    error instanceof AppError && error.code === 'BACKUP_CANCELLED' ? notifyDone(t('backups.progress.stopped')) : notifyFailure(t('backups.look.failed'), errorText(error));
  const show = (opened: ChosenBackup | null): void => {
    if (!opened) return;
    setChosen(opened);
    setContents(null);
    setDump(null);
    setPassphrase('');
  };
  const choose = useMutation({ mutationFn: () => call('backup.open'), onSuccess: show, onError: failed });
  const inspect = useMutation({
    mutationFn: () => call('backup.inspect', { passphrase: passphrase === '' ? null : passphrase }),
    onSuccess: setContents,
    onError: failed,
  });
  const readDump = useMutation({ mutationFn: () => call('backup.inspectDump'), onSuccess: setDump, onError: failed });
  const openPast = useMutation({
    mutationFn: () => call('backup.openPast', { passphrase: passphrase === '' ? null : passphrase }),
    onSuccess: () => notifyDone(t('past.opened')),
    onError: (error) => (error instanceof AppError && error.code === 'BACKUP_CANCELLED' ? failed(error) : notifyFailure(t('past.failed'), errorText(error))),
  });
  const close = useMutation({
    mutationFn: () => call('backup.close'),
    onSuccess: () => {
      setChosen(null);
      setContents(null);
      setDump(null);
    },
    onError: failed,
  });

  return (
    <section className={classes['card']} aria-label={t('backups.look.title')}>
      <h2 className={classes['heading']}>{t('backups.look.title')}</h2>
      <p className={classes['muted']}>{t('backups.look.text')}</p>
      <div className={classes['actions']}>
        <Button variant="default" leftSection={<IconFolderOpen size={16} aria-hidden />} disabled={busy} onClick={() => choose.mutate()}>
          {t('backups.look.choose')}
        </Button>
        <Button variant="default" leftSection={<IconBrandGoogleDrive size={16} aria-hidden />} disabled={busy} onClick={() => setPicking(true)}>
          {t('backups.drive.choose')}
        </Button>
        {chosen && (
          <Button variant="default" disabled={busy} onClick={() => close.mutate()}>
            {t('backups.look.close')}
          </Button>
        )}
      </div>
      {picking && (
        <DrivePicker
          close={() => setPicking(false)}
          label={(count) => t(count === 0 ? 'backups.drive.one' : 'backups.drive.look')}
          most={1}
          onPick={async ([file]) => {
            if (file) show(await call('backup.openFromDrive', { file: { id: file.id, resource_key: file.resource_key } }));
          }}
        />
      )}
      {chosen && !contents && !dump && (
        <div className={classes['look']}>
          <p>{t(chosen.form === 'dump' ? 'backups.dump.chosen' : 'backups.look.chosen', { name: chosen.name })}</p>
          {chosen.locked && (
            <PasswordInput label={t('backups.look.passphrase')} autoComplete="off" value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)} />
          )}
          <div className={classes['actions']}>
            <Button leftSection={<IconSearch size={16} aria-hidden />} disabled={busy} loading={inspect.isPending || readDump.isPending} onClick={() => (chosen.form === 'dump' ? readDump : inspect).mutate()}>
              {t(chosen.form === 'dump' ? 'backups.dump.inspect' : 'backups.look.inspect')}
            </Button>
          </div>
        </div>
      )}
      {dump && <OldDump dump={dump} />}
      {contents?.own && contents.kind !== 'schema' && (
        <div className={classes['look']}>
          <p className={classes['muted']}>{t('past.openText')}</p>
          <div className={classes['actions']}>
            <Button variant="default" leftSection={<IconHistoryToggle size={16} aria-hidden />} disabled={busy} loading={openPast.isPending} onClick={() => openPast.mutate()}>
              {t('past.open')}
            </Button>
          </div>
        </div>
      )}
      {contents?.own && contents.kind === 'snapshot' && (
        <RestoreSnapshot
          passphrase={passphrase === '' ? null : passphrase}
          folder={folder}
          busy={busy}
          restored={() => {
            setChosen(null);
            setContents(null);
          }}
        />
      )}
      {contents?.own && contents.has_files && <BringContents passphrase={passphrase === '' ? null : passphrase} busy={busy} />}
      {contents && <Contents contents={contents} folder={folder} busy={busy} />}
    </section>
  );
}

function Contents({ contents, folder, busy }: { contents: BackupContents; folder: string | null; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const instant = useInstant();
  const { at, by, device, source, synced_at: syncedAt, rows, tables, own } = contents;
  const differing = tables.filter(({ missing, changed }) => missing + changed > 0);
  return (
    <>
      <p>
        <strong>{contents.name}</strong>
        {contents.organization !== null && <> · {contents.organization}</>} · {t(`backups.kinds.${contents.kind}`)}
        <br />
        {t('backups.look.made', { at: instant(at), by, device })},{' '}
        {t(`backups.look.sources.${source}`, { at: syncedAt === null ? '' : instant(syncedAt) })}. {t('backups.look.totals', { rows: format.number(rows) })}
      </p>
      <LeftOutList leftOut={contents.left_out} />
      {!own && <p role="status">{t('backups.look.foreign')}</p>}
      <div className={classes['wide']}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('backups.look.table')}</Table.Th>
              {(['rows', 'missing', 'changed', 'newer'] as const).map((column) => (
                <Table.Th key={column} className={classes['amount']}>
                  {t(`backups.look.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tables
              .filter(({ rows: count, newer }) => count + newer > 0)
              .map((one) => (
                <Table.Tr key={one.table}>
                  <Table.Td>{t(`session.tables.${one.table}`, { defaultValue: one.table })}</Table.Td>
                  <Table.Td className={classes['amount']}>{format.number(one.rows)}</Table.Td>
                  {one.compared ? (
                    (['missing', 'changed', 'newer'] as const).map((column) => (
                      <Table.Td key={column} className={classes['amount']}>
                        {format.number(one[column])}
                      </Table.Td>
                    ))
                  ) : (
                    <Table.Td colSpan={3} className={classes['muted']}>
                      {t('backups.look.notCompared')}
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </div>
      {differing.length === 0 ? (
        <p>{t('backups.look.same')}</p>
      ) : (
        <DifferingRecords tables={differing.map(({ table }) => table)} own={own} folder={folder} busy={busy} />
      )}
    </>
  );
}
