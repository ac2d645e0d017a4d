import { Button, NumberInput, Radio, Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import {
  LOCK_MINUTES,
  OFFLINE_DAYS,
  securitySettingsSchema,
  withoutKeyringRules,
  type SecuritySettings,
} from '../../../shared/domain/security-settings.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { SaveButton } from '../../ui/SaveButton.tsx';
import classes from './Security.module.css';

/** What stands in the fields: a number may be half typed. */
type Draft = Omit<SecuritySettings, 'offline_days' | 'lock_after_minutes'> &
  Record<'offline_days' | 'lock_after_minutes', number | string>;

const numbers = [
  { field: 'offline_days', key: 'offlineDays', bounds: OFFLINE_DAYS },
  { field: 'lock_after_minutes', key: 'lockAfter', bounds: LOCK_MINUTES },
] as const;

export function SecurityForm({ present }: { present: SecuritySettings }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [draft, setDraft] = useState<Draft>(present);
  const [tried, setTried] = useState(false);
  const change = (changed: Partial<Draft>) => setDraft((before) => ({ ...before, ...changed }));
  const changed = JSON.stringify(draft) !== JSON.stringify(present);

  const save = useMutation({
    mutationFn: (rules: SecuritySettings) => call('security.update', rules),
    onSuccess: () => notifyDone(t('security.saved')),
    onError: (error) => notifyFailure(t('security.notSaved'), errorText(error)),
  });

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    const { data } = securitySettingsSchema.safeParse(draft);
    if (data) save.mutate(data);
  };

  return (
    <form className={classes['form']} onSubmit={onSubmit} noValidate>
      {numbers.map(({ field, key, bounds }) => (
        <NumberInput
          key={field}
          className={classes['rule']}
          classNames={{ wrapper: classes['number'] ?? '' }}
          label={t(`security.${key}`)}
          description={t(`security.${key}Hint`, bounds)}
          min={bounds.min}
          max={bounds.max}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          value={draft[field]}
          onChange={(value) => change({ [field]: value })}
          error={tried && !securitySettingsSchema.shape[field].safeParse(draft[field]).success && t('security.number', bounds)}
        />
      ))}
      <Switch
        className={classes['rule']}
        label={t('security.quickUnlock')}
        description={t('security.quickUnlockHint')}
        checked={draft.quick_unlock}
        onChange={(event) => change({ quick_unlock: event.currentTarget.checked })}
      />
      <Radio.Group
        className={classes['rule']}
        label={t('security.withoutKeyring')}
        description={t('security.withoutKeyringHint')}
        value={draft.without_keyring}
        onChange={(value) => change({ without_keyring: value })}
      >
        {withoutKeyringRules.map((rule) => (
          <Radio
            key={rule}
            className={classes['choice']}
            value={rule}
            label={t(`security.withoutKeyrings.${rule}`)}
            description={t(`security.withoutKeyringTexts.${rule}`)}
          />
        ))}
      </Radio.Group>
      <div className={classes['actions']}>
        <SaveButton changed={changed} saving={save.isPending} />
        <Button variant="default" disabled={!changed} onClick={() => setDraft(present)}>
          {t('security.reset')}
        </Button>
      </div>
    </form>
  );
}
