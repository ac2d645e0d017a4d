import { IconSettings } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOpening } from '../../app/later.ts';

/** The entry of the settings; what it opens is drawn when somebody asks for it. */
export function SettingsMenu({ className }: { className?: string | undefined }) {
  const { t } = useTranslation();
  const id = useId();
  const [asked, setAsked] = useState<HTMLButtonElement | null>(null);
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button
        id={id}
        type="button"
        className={className}
        aria-haspopup="dialog"
        aria-expanded={opened}
        aria-controls={opened ? `${id}-dropdown` : undefined}
        onClick={({ currentTarget }) => {
          setAsked(currentTarget);
          setOpened(!opened);
        }}
      >
        <IconSettings size={22} stroke={1.6} aria-hidden />
        {t('app.navigation.settings')}
      </button>
      {asked && <OpenedPanel id={id} button={asked} opened={opened} onChange={setOpened} />}
    </>
  );
}

export interface PanelProps {
  id: string;
  button: HTMLElement;
  opened: boolean;
  onChange: (opened: boolean) => void;
}

function OpenedPanel({ opened, ...props }: PanelProps) {
  const [later, shown] = useOpening(opened);
  return later && <later.SettingsPanel {...props} opened={shown} />;
}
