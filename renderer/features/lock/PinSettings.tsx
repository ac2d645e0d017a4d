import { Button } from '@mantine/core';
import { IconPassword } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PinDialog } from './PinDialog.tsx';

/** The entry of the settings menu behind which a person chooses the PIN that opens the locked screen. */
export function PinSettings() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" justify="flex-start" leftSection={<IconPassword size={16} aria-hidden />} onClick={() => setOpened(true)}>
        {t('lock.pinSettings')}
      </Button>
      {opened && <PinDialog close={() => setOpened(false)} />}
    </>
  );
}
