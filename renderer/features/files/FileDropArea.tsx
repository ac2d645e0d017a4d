import { Button, CloseButton, Progress } from '@mantine/core';
import { IconCamera, IconCloudUpload, IconFolderOpen } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { useErrorText } from '../../ui/error-text.ts';
import classes from './FileDropArea.module.css';
import type { TakeIn } from './use-take-in.ts';

/** So often the folder of photos is looked at while somebody might take some. */
const SCAN_MS = 4_000;

interface Props {
  takeIn: TakeIn;
  /** What becomes of the files here. */
  hint?: string;
  disabled?: boolean;
}

/** Takes files by drop, paste, dialog, or from the folder of photos and scans; shows what runs, and what was refused and why. */
export function FileDropArea({ takeIn, hint, disabled = false }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [over, setOver] = useState(false);
  const scans = useQuery({ ...query('files.scanFolder'), refetchInterval: SCAN_MS, enabled: !disabled });
  const { take } = takeIn;

  useEffect(() => {
    if (disabled) return;
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      // A picture in the clipboard is not text for the field that has the focus.
      event.preventDefault();
      take(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [disabled, take]);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!disabled) take([...event.dataTransfer.files]);
  };
  const found = scans.data?.files ?? [];

  return (
    <div
      className={classes['area']}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!disabled);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className={classes['invitation']}>
        <IconCloudUpload size={28} stroke={1.4} aria-hidden />
        <p className={classes['text']}>
          <span>{t('files.drop.title')}</span>
          <span className={classes['muted']}>{hint ?? t('files.drop.hint')}</span>
        </p>
        <div className={classes['ways']}>
          <Button variant="default" disabled={disabled} leftSection={<IconFolderOpen size={16} aria-hidden />} onClick={takeIn.choose}>
            {t('files.drop.choose')}
          </Button>
          {scans.data?.folder === null && (
            <Button
              variant="subtle"
              disabled={disabled}
              leftSection={<IconCamera size={16} aria-hidden />}
              onClick={() => void call('files.chooseScanFolder').then(() => scans.refetch())}
            >
              {t('files.scans.choose')}
            </Button>
          )}
        </div>
      </div>
      {scans.data?.folder && (
        <div className={classes['scans']}>
          <p className={classes['scanHead']}>
            <IconCamera size={16} aria-hidden />
            <span className={classes['folder']}>{t('files.scans.folder', { folder: scans.data.folder })}</span>
            <Button variant="subtle" size="compact-sm" onClick={() => void call('files.forgetScanFolder').then(() => scans.refetch())}>
              {t('files.scans.forget')}
            </Button>
          </p>
          {!scans.data.reachable && <p className={classes['warning']}>{t('files.scans.unreachable')}</p>}
          {scans.data.reachable && found.length === 0 && <p className={classes['muted']}>{t('files.scans.none')}</p>}
          {found.length > 0 && (
            <ul className={classes['found']} aria-label={t('files.scans.new')}>
              {found.slice(0, 12).map(({ name }) => (
                <li key={name}>
                  <Button variant="default" size="compact-sm" onClick={() => takeIn.takeScanned([name])} aria-label={t('files.scans.takeOne', { name })}>
                    {name}
                  </Button>
                </li>
              ))}
              {found.length > 1 && (
                <li>
                  <Button size="compact-sm" onClick={() => takeIn.takeScanned(found.map(({ name }) => name))}>
                    {t('files.scans.takeAll', { count: found.length })}
                  </Button>
                </li>
              )}
            </ul>
          )}
        </div>
      )}
      {takeIn.running.length > 0 && (
        <ul className={classes['running']} aria-label={t('files.drop.running')}>
          {takeIn.running.map(({ key, name, share }) => (
            <li key={key}>
              <span className={classes['name']}>{name}</span>
              <Progress value={share === null ? 100 : share * 100} animated={share === null} aria-label={t('files.drop.progress', { name })} className={classes['bar']} />
              <CloseButton size="sm" aria-label={t('files.drop.stop', { name })} onClick={() => takeIn.stop(key)} />
            </li>
          ))}
        </ul>
      )}
      {takeIn.refused.length > 0 && (
        <ul className={classes['refused']} role="alert">
          {takeIn.refused.map(({ key, name, error }) => (
            <li key={key}>
              <span>
                <strong>{name}</strong> {errorText(error)}
              </span>
              <CloseButton size="sm" aria-label={t('files.drop.dismiss', { name })} onClick={() => takeIn.dismiss(key)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
