import { Collapse, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconServer } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addressLabel, addressProblem } from './server-address.ts';
import type { ServerChoice } from './sign-in.ts';
import classes from './SignIn.module.css';

interface Props extends ServerChoice {
  change: (server: Partial<ServerChoice>) => void;
  opened: boolean;
  onToggle: () => void;
  /** Say what is wrong before the field has been left, because somebody tried to sign in. */
  strict: boolean;
}

export function ServerFields({ serverUrl, caFile, change, opened, onToggle, strict }: Props) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(false);
  const problem = addressProblem(serverUrl);
  return (
    <div className={classes['server']}>
      <UnstyledButton
        className={classes['serverToggle']}
        onClick={onToggle}
        aria-expanded={opened}
        aria-controls="server-fields"
      >
        <IconServer size={16} aria-hidden />
        <span>{t('session.server.toggle')}</span>
        <span className={classes['serverLabel']}>{addressLabel(serverUrl) || t('session.server.unset')}</span>
        <IconChevronDown size={16} aria-hidden className={classes['chevron']} data-opened={opened || undefined} />
      </UnstyledButton>
      <Collapse expanded={opened} id="server-fields">
        <div className={classes['serverFields']}>
          <TextInput
            label={t('session.server.address')}
            description={t('session.server.hint')}
            placeholder="postgres://erp.example.vn:5432/factory_pulse"
            spellCheck={false}
            value={serverUrl}
            onChange={(event) => change({ serverUrl: event.currentTarget.value })}
            onBlur={() => setLeft(true)}
            error={(left || strict) && problem && t(`session.server.${problem}`)}
          />
          <TextInput
            label={t('session.server.caFile')}
            description={t('session.server.caHint')}
            spellCheck={false}
            value={caFile}
            onChange={(event) => change({ caFile: event.currentTarget.value })}
          />
        </div>
      </Collapse>
    </div>
  );
}
