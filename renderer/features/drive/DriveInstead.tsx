import { Button } from '@mantine/core';
import { IconBrandGoogleDrive } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDriveState, useMayUseDrive } from './use-drive-state.ts';

/** Leads to one's own Drive, for whoever is connected with it. */
export function DriveInstead({ open }: { open: () => void }) {
  return useMayUseDrive() ? <Offer open={open} /> : null;
}

function Offer({ open }: { open: () => void }) {
  const { t } = useTranslation();
  const { state } = useDriveState();
  if (state?.status !== 'connected') return null;
  return (
    <div>
      <Button variant="default" leftSection={<IconBrandGoogleDrive size={16} aria-hidden />} onClick={open}>
        {t('drive.picker.title')}
      </Button>
    </div>
  );
}
