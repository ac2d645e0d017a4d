import { Button, Checkbox, PasswordInput, Radio, Switch } from '@mantine/core';
import { IconDatabaseExport, IconPrinter, IconWand } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackupDestination, BackupOverview } from '../../../shared/api/backup.ts';
import { backupKinds, PASSPHRASE_MIN, type BackupKind } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import classes from './Backups.module.css';
import { AddDriveFolder } from './AddDriveFolder.tsx';
import { ContentsChoice } from './ContentsChoice.tsx';
import { Destination } from './Destination.tsx';
import { suggestPassphrase } from './passphrase.ts';
import { askAgain } from './use-backups.ts';

interface Props {
  destinations: readonly BackupDestination[];
  /** What of documents is on this machine. */
  files: BackupOverview['files'];
  busy: boolean;
  showSheet(passphrase: string): void;
}

/** What is backed up now, where to, and under which passphrase. */
export function MakeBackup({ destinations, files, busy, showSheet }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [kind, setKind] = useState<BackupKind>('complete');
  const [folder, setFolder] = useState<string | null>(null);
  /** Null until the person decides; what leaves the machine is encrypted at first. */
  const [wantsEncryption, setWantsEncryption] = useState<boolean | null>(null);
  const [plain, setPlain] = useState(false);
  const [picking, setPicking] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const [contents, setContents] = useState({ with_files: false, fetch_files: false });
  const chosen = destinations.find((destination) => destination.folder === folder) ?? destinations[0];
  const inDrive = chosen !== undefined && chosen.drive !== null;
  const encrypt = wantsEncryption ?? inDrive;
  const unconfirmed = inDrive && !encrypt && !plain;
  const tooShort = encrypt && passphrase.length < PASSPHRASE_MIN;

  const make = useMutation({
    mutationFn: (target: string) =>
      call('backup.create', { kind, folder: target, passphrase: encrypt ? passphrase : null, plain_to_drive: plain, ...(kind === 'schema' ? {} : contents) }),
    onSuccess: ({ verified, name, drive }) =>
      drive ? notifyDone(t('backups.drive.made', { name })) : verified ? notifyDone(t('backups.make.done', { name })) : notifyFailure(t('backups.make.failed'), t('backups.make.notVerified')),
    onError: (error) =>
      error instanceof AppError && error.code === 'BACKUP_CANCELLED' ? notifyDone(t('backups.progress.stopped')) : notifyFailure(t('backups.make.failed'), errorText(error)),
    onSettled: askAgain,
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (chosen && !tooShort && !unconfirmed) make.mutate(chosen.folder);
  };

  return (
    <>
      <form className={classes['card']} onSubmit={onSubmit} noValidate aria-label={t('backups.make.title')}>
        <h2 className={classes['heading']}>{t('backups.make.title')}</h2>
        <Radio.Group label={t('backups.make.kind')} value={kind} onChange={(value) => setKind(value)}>
          {backupKinds.map((one) => (
            <Radio key={one} className={classes['choice']} value={one} label={t(`backups.kinds.${one}`)} description={t(`backups.kindHints.${one}`)} />
          ))}
        </Radio.Group>
        <Destination destinations={destinations} chosen={chosen} choose={setFolder} pickInDrive={() => setPicking(true)} />
        {kind !== 'schema' && <ContentsChoice files={files} {...contents} change={(changed) => setContents((before) => ({ ...before, ...changed }))} />}
        <Switch label={t('backups.make.encrypt')} description={t('backups.make.encryptHint')} checked={encrypt} onChange={(event) => setWantsEncryption(event.currentTarget.checked)} />
        {inDrive && !encrypt && (
          <Checkbox label={t('backups.drive.plain')} description={t('backups.drive.plainHint')} checked={plain} onChange={(event) => setPlain(event.currentTarget.checked)} />
        )}
        {encrypt && (
          <>
            <PasswordInput
              label={t('backups.make.passphrase')}
              description={t('backups.make.passphraseHint', { min: PASSPHRASE_MIN })}
              autoComplete="off"
              value={passphrase}
              onChange={(event) => setPassphrase(event.currentTarget.value)}
            />
            <div className={classes['actions']}>
              <Button variant="default" leftSection={<IconWand size={16} aria-hidden />} onClick={() => setPassphrase(suggestPassphrase())}>
                {t('backups.make.suggest')}
              </Button>
              <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} disabled={tooShort} onClick={() => showSheet(passphrase)}>
                {t('backups.make.sheet')}
              </Button>
            </div>
          </>
        )}
        <div className={classes['actions']}>
          <Button type="submit" leftSection={<IconDatabaseExport size={16} aria-hidden />} disabled={busy || !chosen || tooShort || unconfirmed} loading={make.isPending}>
            {t('backups.make.start')}
          </Button>
        </div>
      </form>
      {/* Beside the form: what is sent in this dialog is no order to back up. */}
      {picking && <AddDriveFolder added={setFolder} close={() => setPicking(false)} />}
    </>
  );
}
