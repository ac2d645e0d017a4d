import { Button, Popover } from '@mantine/core';
import { IconBrandGoogleDrive, IconFileText, IconKey, IconLock, IconLogout, IconPassword, IconRoute } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppStore, useReadOnly, useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { DrawnAlready } from '../../ui/DrawnAlready.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { PersonAvatar } from '../../ui/PersonAvatar.tsx';
import { DriveDialog } from '../drive/DriveDialog.tsx';
import { LinkFromDrive } from '../drive/LinkFromDrive.tsx';
import { useMayUseDrive } from '../drive/use-drive-state.ts';
import { startTour } from '../help/tour.ts';
import { PinDialog } from '../lock/PinDialog.tsx';
import { ChangePasswordDialog } from '../session/ChangePasswordDialog.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
import { DensitySwitch } from './DensitySwitch.tsx';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import type { PanelProps } from './SettingsMenu.tsx';
import classes from './SettingsPanel.module.css';
import { ThemeSwitch } from './ThemeSwitch.tsx';

/** What opens beside the entry of the settings, and the dialogs that it leads to. */
export function SettingsPanel({ id, button, opened, onChange }: PanelProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  /** Stands outside the menu: a press in it is one beside the menu, which closes. */
  const [dialog, setDialog] = useState<'password' | 'pin' | 'drive' | 'link' | null>(null);
  const { person, organization } = useSession();
  const info = useAppStore((state) => state.info);
  const signOut = useSignOut();
  const openLogs = useMutation({
    mutationFn: () => call('app.openLogFolder'),
    onError: (error) => notifyFailure(t('settings.openLogs'), errorText(error)),
  });
  const mayUseDrive = useMayUseDrive();
  const readOnly = useReadOnly();
  const open = (which: 'password' | 'pin' | 'drive') => {
    onChange(false);
    setDialog(which);
  };

  return (
    <>
      {dialog === 'password' && <ChangePasswordDialog close={() => setDialog(null)} />}
      {dialog === 'drive' && <DriveDialog close={() => setDialog(null)} browse={() => setDialog('link')} />}
      {dialog === 'link' && <LinkFromDrive projectId={null} close={() => setDialog(null)} />}
      {dialog === 'pin' && <PinDialog close={() => setDialog(null)} />}
      <Popover id={id} opened={opened} onChange={onChange} position="right-end" width={320} trapFocus returnFocus>
        <Popover.Target>
          <DrawnAlready element={button} />
        </Popover.Target>
        <Popover.Dropdown className={classes['menu']}>
          <div className={classes['person']}>
            <PersonAvatar name={person.name} />
            <div className={classes['who']}>
              <span className={classes['name']}>{person.name}</span>
              <span className={classes['email']} title={person.email}>
                {person.email}
              </span>
              <span>
                {t(`values.role.${person.role}`)} · {organization.name}
              </span>
            </div>
          </div>
          <div className={classes['choices']}>
            <div>
              <span className={classes['label']}>{t('settings.language')}</span>
              <LanguageSwitch fullWidth />
            </div>
            <div>
              <span className={classes['label']}>{t('settings.theme')}</span>
              <ThemeSwitch fullWidth />
            </div>
            <div>
              <span className={classes['label']}>{t('settings.density')}</span>
              <DensitySwitch />
            </div>
          </div>
          <div className={classes['actions']}>
            <Button
              variant="default"
              justify="flex-start"
              leftSection={<IconLock size={16} aria-hidden />}
              onClick={() => void call('lock.now')}
            >
              {t('lock.lockNow')}
            </Button>
            {!readOnly && (
              <>
                <Button
                  variant="default"
                  justify="flex-start"
                  leftSection={<IconPassword size={16} aria-hidden />}
                  onClick={() => open('pin')}
                >
                  {t('lock.pinSettings')}
                </Button>
                <Button
                  variant="default"
                  justify="flex-start"
                  leftSection={<IconRoute size={16} aria-hidden />}
                  onClick={() => {
                    onChange(false);
                    startTour();
                  }}
                >
                  {t('help.tour.start')}
                </Button>
                <Button
                  variant="default"
                  justify="flex-start"
                  leftSection={<IconKey size={16} aria-hidden />}
                  onClick={() => open('password')}
                >
                  {t('session.changePassword.open')}
                </Button>
                {mayUseDrive && (
                  <Button
                    variant="default"
                    justify="flex-start"
                    leftSection={<IconBrandGoogleDrive size={16} aria-hidden />}
                    onClick={() => open('drive')}
                  >
                    {t('drive.title')}
                  </Button>
                )}
                <Button
                  variant="default"
                  justify="flex-start"
                  leftSection={<IconFileText size={16} aria-hidden />}
                  onClick={() => openLogs.mutate()}
                >
                  {t('settings.openLogs')}
                </Button>
              </>
            )}
            <Button
              variant="default"
              justify="flex-start"
              leftSection={<IconLogout size={16} aria-hidden />}
              loading={signOut.busy}
              onClick={signOut.ask}
            >
              {t('settings.signOut')}
            </Button>
          </div>
          <p className={classes['about']}>{info && t('settings.about', { version: info.version })}</p>
        </Popover.Dropdown>
      </Popover>
    </>
  );
}
