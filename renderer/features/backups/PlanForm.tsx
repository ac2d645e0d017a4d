import { Button, Checkbox, NumberInput, PasswordInput, Select, Switch } from '@mantine/core';
import { TimePicker } from '../../ui/dates.ts';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackupOverview } from '../../../shared/api/backup.ts';
import { backupPlanSchema, QUIT_CONTENTS_BYTES, type BackupPlan } from '../../../shared/domain/backup-plan.ts';
import { PASSPHRASE_MIN } from '../../../shared/domain/backup.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import classes from './Backups.module.css';
import { ContentsChoice } from './ContentsChoice.tsx';
import { askAgain, useInstant, useSize } from './use-backups.ts';

const numbers = [
  ['keep_last', 'keepLast', 1],
  ['keep_daily', 'keepDaily', 0],
  ['keep_weekly', 'keepWeekly', 0],
  ['keep_monthly', 'keepMonthly', 0],
  ['warn_after_days', 'warnAfter', 1],
] as const;

/** What stands in the fields: a number may be half typed. */
type Draft = Omit<BackupPlan, (typeof numbers)[number][0]> & Record<(typeof numbers)[number][0], number | string>;

interface Props {
  present: BackupPlan;
  hasPassphrase: boolean;
  nextRun: string | null;
  /** What of documents is on this machine, and what is not. */
  files: BackupOverview['files'];
  /** Whether a folder of Drive is among the destinations. */
  inDrive: boolean;
}

/** When backups are made by themselves, and how many stay. */
export function PlanForm({ present, hasPassphrase, nextRun, files, inDrive }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const instant = useInstant();
  const size = useSize();
  const [draft, setDraft] = useState<Draft>(present);
  const [passphrase, setPassphrase] = useState('');
  const [tried, setTried] = useState(false);
  const change = (changed: Partial<Draft>) => setDraft((before) => ({ ...before, ...changed }));
  const plan = backupPlanSchema.safeParse(draft).data;
  const lacksPassphrase = draft.encrypt && (passphrase === '' ? !hasPassphrase : passphrase.length < PASSPHRASE_MIN);

  const save = useMutation({
    mutationFn: async (wanted: BackupPlan) => {
      if (passphrase !== '') await call('backup.keepPassphrase', passphrase);
      await call('backup.setPlan', wanted);
    },
    onSuccess: () => notifyDone(t('backups.plan.saved')),
    onError: (error) => notifyFailure(t('backups.plan.notSaved'), errorText(error)),
    onSettled: askAgain,
  });

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (plan && !lacksPassphrase) save.mutate(plan);
  };

  return (
    <form className={classes['card']} onSubmit={onSubmit} noValidate aria-label={t('backups.plan.title')}>
      <h2 className={classes['heading']}>{t('backups.plan.title')}</h2>
      <Switch
        label={t('backups.plan.enabled')}
        description={nextRun === null ? undefined : t('backups.plan.next', { at: instant(nextRun) })}
        checked={draft.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
      <Select
        label={t('backups.plan.kind')}
        data={(['complete', 'snapshot'] as const).map((kind) => ({ value: kind, label: t(`backups.kinds.${kind}`) }))}
        value={draft.kind}
        onChange={(kind) => kind && change({ kind })}
        allowDeselect={false}
      />
      <ContentsChoice
        files={files}
        hint={draft.on_quit ? t('backups.plan.withFilesAtQuit', { size: size(QUIT_CONTENTS_BYTES) }) : undefined}
        with_files={draft.with_files}
        fetch_files={draft.fetch_files}
        change={change}
      />
      <TimePicker
        className={classes['short']}
        classNames={{ field: classes['time'] ?? '' }}
        label={t('backups.plan.time')}
        description={t('backups.plan.timeHint')}
        hoursInputLabel={t('backups.plan.hours')}
        minutesInputLabel={t('backups.plan.minutes')}
        // With a value from outside, whoever empties the minutes would lose the hours as well.
        defaultValue={present.time}
        onChange={(time) => change({ time })}
        error={tried && !backupPlanSchema.shape.time.safeParse(draft.time).success && t('backups.plan.timeNeeded')}
      />
      <Switch label={t('backups.plan.onQuit')} description={t('backups.plan.onQuitHint')} checked={draft.on_quit} onChange={(event) => change({ on_quit: event.currentTarget.checked })} />
      <Switch label={t('backups.plan.encrypt')} description={t('backups.plan.encryptHint')} checked={draft.encrypt} onChange={(event) => change({ encrypt: event.currentTarget.checked })} />
      {draft.encrypt && (
        <PasswordInput
          label={t('backups.plan.passphrase')}
          description={hasPassphrase ? t('backups.plan.passphraseKept') : undefined}
          autoComplete="off"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          error={tried && lacksPassphrase && t('backups.plan.passphraseNeeded', { min: PASSPHRASE_MIN })}
        />
      )}
      {inDrive && !draft.encrypt && (
        <Checkbox
          label={t('backups.drive.planPlain')}
          description={t('backups.drive.planPlainHint')}
          checked={draft.plain_to_drive}
          onChange={(event) => change({ plain_to_drive: event.currentTarget.checked })}
        />
      )}
      <fieldset className={classes['keep']}>
        <legend>{t('backups.plan.keep')}</legend>
        <p className={classes['muted']}>{t('backups.plan.keepHint')}</p>
        <div className={classes['numbers']}>
          {numbers.map(([field, key, min]) => (
            <NumberInput
              key={field}
              label={t(`backups.plan.${key}`)}
              min={min}
              allowDecimal={false}
              allowNegative={false}
              clampBehavior="none"
              value={draft[field]}
              onChange={(value) => change({ [field]: value })}
              error={tried && !backupPlanSchema.shape[field].safeParse(draft[field]).success && t('backups.plan.number')}
            />
          ))}
        </div>
      </fieldset>
      <div className={classes['actions']}>
        <Button type="submit" loading={save.isPending}>
          {t('backups.plan.save')}
        </Button>
      </div>
    </form>
  );
}
