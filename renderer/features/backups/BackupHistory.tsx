import { Button, PasswordInput, Table } from '@mantine/core';
import { IconCheck, IconCloudUpload, IconMinus, IconShieldCheck, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackupRecord } from '../../../shared/api/backup.ts';
import { backupChecks, type BackupCheck } from '../../../shared/domain/backup.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Backups.module.css';
import { askAgain, useInstant, usePlace, useSize } from './use-backups.ts';
import { WaitingBackups } from './WaitingBackups.tsx';

const isWaiting = ({ outcome, gone, drive }: BackupRecord): boolean => outcome === 'done' && !gone && drive !== null && drive.file_id === null;

const stateOf = (record: BackupRecord): 'failed' | 'gone' | 'waiting' | 'verified' | 'unverified' => {
  const { outcome, gone, verified } = record;
  if (outcome === 'failed') return 'failed';
  if (gone) return 'gone';
  if (isWaiting(record)) return 'waiting';
  return verified ? 'verified' : 'unverified';
};

/** Every backup that this machine made or tried to make, newest first. */
export function BackupHistory({ history, busy }: { history: readonly BackupRecord[]; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const instant = useInstant();
  const size = useSize();
  const place = usePlace();
  const [shown, setShown] = useState<string | null>(null);
  const record = history.find(({ id }) => id === shown);
  return (
    <section className={classes['card']} aria-label={t('backups.history.title')}>
      <h2 className={classes['heading']}>{t('backups.history.title')}</h2>
      <WaitingBackups count={history.filter(isWaiting).length} />
      {history.length === 0 ? (
        <p className={classes['muted']}>{t('backups.history.empty')}</p>
      ) : (
        <div className={classes['wide']}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('backups.history.at')}</Table.Th>
                <Table.Th>{t('backups.history.kind')}</Table.Th>
                <Table.Th className={classes['amount']}>{t('backups.history.size')}</Table.Th>
                <Table.Th className={classes['amount']}>{t('backups.history.rows')}</Table.Th>
                <Table.Th className={classes['amount']}>{t('backups.history.duration')}</Table.Th>
                <Table.Th>{t('backups.history.state')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {history.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    {instant(one.at)}
                    <div className={classes['muted']}>
                      {one.name !== '' && `${one.name} · `}
                      {t(`backups.history.reasons.${one.reason}`)}
                    </div>
                    <div className={classes['muted']}>
                      {place(one)}
                      {one.drive?.sent_at && !one.gone && `, ${t('backups.drive.sent', { at: instant(one.drive.sent_at) })}`}
                    </div>
                  </Table.Td>
                  <Table.Td>
                    {t(`backups.kinds.${one.kind}`)}
                    {one.encrypted && <div className={classes['muted']}>{t('backups.history.encrypted')}</div>}
                    {one.contents_left_out !== null && (
                      <div className={classes['muted']}>{t(one.contents_left_out === 0 ? 'backups.history.withContents' : 'backups.history.contentsLeftOut', { count: one.contents_left_out })}</div>
                    )}
                  </Table.Td>
                  <Table.Td className={classes['amount']}>{one.outcome === 'done' && size(one.size)}</Table.Td>
                  <Table.Td className={classes['amount']}>{one.outcome === 'done' && format.number(one.rows)}</Table.Td>
                  <Table.Td className={classes['amount']}>{t('backups.history.seconds', { seconds: format.number(Math.round(one.ms / 100) / 10) })}</Table.Td>
                  <Table.Td>
                    <State record={one} show={() => setShown(one.id)} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {record && <Checklist record={record} busy={busy} close={() => setShown(null)} />}
    </section>
  );
}

function State({ record, show }: { record: BackupRecord; show(): void }) {
  const { t } = useTranslation();
  const state = stateOf(record);
  if (state === 'failed') {
    return (
      <>
        <strong>{t('backups.history.states.failed')}</strong>
        <div className={classes['muted']}>{t(`errors.${record.error ?? 'INTERNAL'}`)}</div>
      </>
    );
  }
  if (state === 'gone') return <>{t('backups.history.states.gone')}</>;
  const icon = { verified: <IconShieldCheck size={16} aria-hidden />, waiting: <IconCloudUpload size={16} aria-hidden />, unverified: undefined }[state];
  const problem = state === 'waiting' ? (record.drive?.error ?? null) : null;
  return (
    <>
      <Button variant="default" leftSection={icon} onClick={show}>
        {t(`backups.history.states.${state}`)}
      </Button>
      {problem !== null && <div className={classes['muted']}>{problem === 'DRIVE_CANCELLED' ? t('backups.drive.stopped') : t(`errors.${problem}`)}</div>}
    </>
  );
}

/** What a snapshot of one machine has none of. */
const centreChecks: ReadonlySet<BackupCheck> = new Set(['policies', 'sign-in', 'projects', 'documents']);

const marks = { yes: IconCheck, no: IconX, unasked: IconMinus } as const;

/** The list that was ticked by restoring, and how to have it ticked again. */
function Checklist({ record, busy, close }: { record: BackupRecord; busy: boolean; close(): void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [passphrase, setPassphrase] = useState('');
  const verify = useMutation({
    mutationFn: () => call('backup.verify', { id: record.id, passphrase: passphrase === '' ? null : passphrase }),
    onSuccess: ({ verified }) => (verified ? notifyDone(t('backups.history.verified')) : notifyFailure(t('backups.history.verifyFailed'), t('backups.history.notVerified'))),
    onError: (error) => notifyFailure(t('backups.history.verifyFailed'), errorText(error)),
    onSettled: askAgain,
  });
  const discard = useMutation({
    mutationFn: () => call('backup.discardWaiting', { id: record.id }),
    onSuccess: () => {
      notifyDone(t('backups.drive.discarded'));
      close();
    },
    onError: (error) => notifyFailure(t('backups.drive.discardFailed'), errorText(error)),
    onSettled: askAgain,
  });
  const isInDrive = record.drive !== null && record.drive.file_id !== null;
  return (
    <Dialog onClose={close} title={record.name} size="lg">
      <h3 className={classes['heading']}>{t('backups.history.checks')}</h3>
      <ul className={classes['checks']}>
        {backupChecks.filter((check) => record.kind !== 'snapshot' || !centreChecks.has(check)).map((check) => {
          const holds = record.checks?.[check] ?? null;
          const state = holds === null ? 'unasked' : holds ? 'yes' : 'no';
          const Mark = marks[state];
          return (
            <li key={check} data-state={state}>
              <Mark size={18} aria-hidden />
              <span>
                {t(`backups.checks.${check}`)} <span className={classes['muted']}>({t(`backups.checkStates.${state}`)})</span>
              </span>
            </li>
          );
        })}
      </ul>
      {isInDrive ? (
        <p>{t('backups.history.inDrive')}</p>
      ) : (
        <>
          {record.encrypted && (
            <PasswordInput label={t('backups.history.askPassphrase')} autoComplete="off" value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)} />
          )}
          <div className={`${classes['below'] ?? ''} ${classes['actions'] ?? ''}`}>
            <Button disabled={busy} loading={verify.isPending} onClick={() => verify.mutate()}>
              {t('backups.history.verify')}
            </Button>
            {isWaiting(record) && (
              <Button variant="default" loading={discard.isPending} onClick={() => discard.mutate()}>
                {t('backups.drive.discard')}
              </Button>
            )}
          </div>
        </>
      )}
    </Dialog>
  );
}
